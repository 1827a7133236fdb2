import { Group, Table, Text, Tooltip, VisuallyHidden } from '@mantine/core';
import { milliseconds, timestamp } from '../../../shared/format';
import { phases, phaseWords, scaleTop, type ColdStart } from './coldStarts';
import classes from './ColdStartChart.module.css';

function Column({ start, top }: { start: ColdStart; top: number }) {
  const told = phases.map((phase) => `${phase} ${milliseconds(start.phases[phase])}`).join(' · ');
  return (
    <Tooltip multiline maw={320} label={`${timestamp(start.ts)}: ${milliseconds(start.totalMs)} (${told})`}>
      <div className={classes.column} data-testid={`cold-start-${start.id}`}>
        {phases.map((phase) => (
          <div key={phase} className={classes.part} data-phase={phase} style={{ height: `${(start.phases[phase] / top) * 100}%` }} />
        ))}
      </div>
    </Tooltip>
  );
}

/** The same for those who do not see the bars. */
function AsTable({ starts }: { starts: ColdStart[] }) {
  return (
    <VisuallyHidden>
      <Table>
        <Table.Caption>Cold starts by phase, newest first</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            {['at', 'total', ...phases].map((head) => (
              <Table.Th key={head} scope="col">
                {head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {starts.toReversed().map((start) => (
            <Table.Tr key={start.id}>
              <Table.Td>{timestamp(start.ts)}</Table.Td>
              <Table.Td>{milliseconds(start.totalMs)}</Table.Td>
              {phases.map((phase) => (
                <Table.Td key={phase}>{milliseconds(start.phases[phase])}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </VisuallyHidden>
  );
}

/** One column for each start, oldest to newest, stacked by phase. */
export function ColdStartChart({ starts }: { starts: ColdStart[] }) {
  if (starts.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No start in the last 7 days.
      </Text>
    );
  }
  const top = scaleTop(starts);
  return (
    <div>
      <div className={classes.plot} aria-hidden>
        {[1, 0.5].map((part) => (
          <div key={part} className={classes.mark} style={{ bottom: `${part * 100}%`, transform: 'translateY(100%)' }}>
            {milliseconds(top * part)}
          </div>
        ))}
        {starts.map((start) => (
          <Column key={start.id} start={start} top={top} />
        ))}
      </div>
      <Text size="xs" c="dimmed" mt={4} aria-hidden>
        {starts.length === 1 ? 'One start.' : `The last ${starts.length} starts, the newest on the right.`}
      </Text>
      <Group gap="md" mt={4} aria-hidden>
        {phases.map((phase) => (
          <Text key={phase} size="xs" component="span">
            <span className={classes.swatch} data-phase={phase} />
            {phaseWords[phase]}
          </Text>
        ))}
      </Group>
      <AsTable starts={starts} />
    </div>
  );
}
