import { ActionIcon, Badge, Checkbox, Group, Table, Text, Tooltip } from '@mantine/core';
import { IconBraces, IconChevronDown, IconChevronRight, IconMessages, IconTimeline } from '@tabler/icons-react';
import { memo, type ReactNode } from 'react';
import { Link } from 'react-router';
import type { Attempt, Rollout } from '../../api/types';
import { CopyableId } from '../../shared/CopyableId';
import { timestamp } from '../../shared/format';
import { durationText, heartbeatText, inputPreview, none, startText, statusWords } from './cells';
import classes from './Rollouts.module.css';
import { StatusBadge } from '../../shared/StatusBadge';

interface Props {
  rollout: Rollout;
  /** The attempt of this line: the latest, or an older one below it. */
  attempt: Attempt | undefined;
  now: number;
  selected?: boolean;
  onSelect?: (id: string, selected: boolean) => void;
  expanded?: boolean;
  onExpand?: (id: string) => void;
  onJson: (rolloutId: string, attemptId: string | null) => void;
  onTranscript: (rolloutId: string, attemptId: string) => void;
}

function agentOf(rollout: Rollout): string | null {
  const agent = rollout.metadata?.['agent'] ?? rollout.metadata?.['agent_type'];
  return typeof agent === 'string' ? agent : null;
}

function Worker({ id, managed }: { id: string | null | undefined; managed: boolean }): ReactNode {
  if (id == null) return none;
  return (
    <Text component={Link} to={managed ? `/agents/${id}` : `/runners?q=${encodeURIComponent(id)}`} size="sm" className={classes.link}>
      {id}
    </Text>
  );
}

/** One line of the table: a rollout with its latest attempt, or one of its older attempts. */
export const RolloutRow = memo(function RolloutRow(props: Props) {
  const { rollout, attempt, now, selected, onSelect, expanded, onExpand, onJson, onTranscript } = props;
  const id = rollout.rollout_id;
  const older = onSelect === undefined;
  const managed = agentOf(rollout) !== null;
  const times = older && attempt ? attempt : rollout;
  const spans = `/traces?rollout=${id}${attempt ? `&attempt=${attempt.attempt_id}` : ''}`;
  return (
    <Table.Tr data-testid={older ? undefined : `rollout-row-${id}`} data-row={older ? undefined : ''} data-older={older} className={classes.row} tabIndex={older ? undefined : -1}
      onKeyDown={(event) => {
        if (!older && event.key === 'Enter' && event.target === event.currentTarget) onJson(id, null);
      }}
    >
      <Table.Td>{onSelect && <Checkbox size="xs" checked={selected ?? false} aria-label={`select ${id}`} onChange={(event) => onSelect(id, event.currentTarget.checked)} />}</Table.Td>
      <Table.Td>{older ? null : <CopyableId id={id} what="rollout" />}</Table.Td>
      <Table.Td>
        {attempt === undefined ? (
          none
        ) : (
          <Group gap={4} wrap="nowrap">
            {onExpand !== undefined && attempt.sequence_id > 1 && (
              <ActionIcon size="sm" variant="subtle" color="gray" aria-expanded={expanded ?? false} aria-label={`${expanded ? 'hide' : 'show'} older attempts of ${id}`} onClick={() => onExpand(id)}>
                {expanded ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />}
              </ActionIcon>
            )}
            <CopyableId id={attempt.attempt_id} what="attempt" />
            {attempt.sequence_id > 1 && (
              <Badge size="xs" variant="light" color="gray" aria-label={`attempt ${attempt.sequence_id}`}>
                ⟳ {attempt.sequence_id}
              </Badge>
            )}
          </Group>
        )}
      </Table.Td>
      <Table.Td className={classes.input} title={older ? undefined : inputPreview(rollout.input, 2000)}>
        {older ? null : inputPreview(rollout.input)}
      </Table.Td>
      <Table.Td>
        <Group gap={4} wrap="nowrap">
          {older && attempt ? (
            <StatusBadge status={attempt.status} />
          ) : statusWords(rollout, attempt).length === 2 && attempt ? (
            <>
              <StatusBadge status={rollout.status} />
              <span>-</span>
              <StatusBadge status={attempt.status} />
            </>
          ) : (
            <StatusBadge status={rollout.status} />
          )}
        </Group>
      </Table.Td>
      <Table.Td>{rollout.resources_id === null ? '–' : <Link className={classes.link} to={`/resources/${rollout.resources_id}`}>{rollout.resources_id}</Link>}</Table.Td>
      <Table.Td>{rollout.mode ?? '–'}</Table.Td>
      <Table.Td className={classes.time}>{startText(times.start_time)}</Table.Td>
      <Table.Td className={classes.time}>{durationText(times, now)}</Table.Td>
      <Table.Td className={classes.time}>
        {attempt?.last_heartbeat_time == null ? none : <Tooltip label={timestamp(attempt.last_heartbeat_time * 1000)}><span>{heartbeatText(attempt, now)}</span></Tooltip>}
      </Table.Td>
      <Table.Td>
        <Worker id={attempt?.worker_id} managed={managed} />
      </Table.Td>
      <Table.Td>
        <Group gap={2} wrap="nowrap">
          <Tooltip label="Raw JSON">
            <ActionIcon variant="subtle" color="gray" aria-label={`raw JSON of ${older && attempt ? attempt.attempt_id : id}`} onClick={() => onJson(id, older && attempt ? attempt.attempt_id : null)}>
              <IconBraces size={16} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Traces">
            <ActionIcon variant="subtle" color="gray" component={Link} to={spans} aria-label={`traces of ${id}`}>
              <IconTimeline size={16} />
            </ActionIcon>
          </Tooltip>
          {managed && attempt && (
            <Tooltip label="Transcript">
              <ActionIcon variant="subtle" color="gray" aria-label={`transcript of ${id}`} onClick={() => onTranscript(id, attempt.attempt_id)}>
                <IconMessages size={16} />
              </ActionIcon>
            </Tooltip>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
});
