import { Badge, Group, Table, Text, UnstyledButton } from '@mantine/core';
import type { Span } from '../../api/types';
import { CopyableId } from '../../shared/CopyableId';
import { SortHeader } from '../../shared/SortHeader';
import { milliseconds, shortId, timestamp } from '../../shared/format';
import { rewardOf } from './conversation';
import { SpanStatus } from './SpanStatus';
import classes from './Traces.module.css';
import type { SpanSortKey } from './tracesQuery';

const columns: { label: string; sort: SpanSortKey | null }[] = [
  { label: 'Name', sort: 'name' },
  { label: 'Seq.', sort: 'sequence_id' },
  { label: 'Trace', sort: 'trace_id' },
  { label: 'Span', sort: 'span_id' },
  { label: 'Parent', sort: 'parent_id' },
  { label: 'Status', sort: 'status_code' },
  { label: 'Attributes', sort: null },
  { label: 'Start', sort: 'start_time' },
  { label: 'End', sort: 'end_time' },
  { label: 'Duration', sort: 'duration' },
];

interface Props {
  spans: readonly Span[];
  sort: SpanSortKey;
  descending: boolean;
  onSort: (sort: SpanSortKey, descending: boolean) => void;
  onOpen: (span: Span) => void;
  onFind: (id: string) => void;
}

function when(seconds: number | null): string {
  return seconds === null ? '–' : `${timestamp(seconds * 1000)}.${String(Math.floor(seconds * 1000) % 1000).padStart(3, '0')}`;
}

export function SpanTable({ spans, sort, descending, onSort, onOpen, onFind }: Props) {
  const here = new Set(spans.map(({ span_id }) => span_id));
  return (
    <Table.ScrollContainer minWidth={1200} type="native">
      <Table aria-label="Spans" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ label, sort: key }) => (
              <SortHeader key={label} label={label} by={key} sort={sort} descending={descending} onSort={onSort} />
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {spans.map((span) => (
            <Table.Tr key={`${span.span_id} ${span.sequence_id}`} data-row="" tabIndex={-1} onKeyDown={(event) => event.key === 'Enter' && event.target === event.currentTarget && onOpen(span)}>
              <Table.Td>
                <Group gap={6} wrap="nowrap">
                  <UnstyledButton className={classes.open} fz="sm" onClick={() => onOpen(span)}>
                    {span.name}
                  </UnstyledButton>
                  {rewardOf(span) !== null && (
                    <Badge size="sm" variant="light" tt="none">
                      reward {rewardOf(span)}
                    </Badge>
                  )}
                </Group>
              </Table.Td>
              <Table.Td>{span.sequence_id}</Table.Td>
              <Table.Td>
                <CopyableId id={span.trace_id} what="trace" />
              </Table.Td>
              <Table.Td>
                <CopyableId id={span.span_id} what="span" />
              </Table.Td>
              <Table.Td>
                {span.parent_id === null ? (
                  '–'
                ) : (
                  <UnstyledButton className={classes.mono} title={here.has(span.parent_id) ? 'find it' : 'not on this page: find it'} onClick={() => onFind(span.parent_id ?? '')}>
                    {here.has(span.parent_id) ? '' : '⚠ '}
                    {shortId(span.parent_id, 10)}
                  </UnstyledButton>
                )}
              </Table.Td>
              <Table.Td>
                <SpanStatus code={span.status.status_code} />
              </Table.Td>
              <Table.Td maw={260}>
                <Text size="xs" c="dimmed" truncate title={Object.keys(span.attributes).join(', ')}>
                  {Object.keys(span.attributes).join(', ') || '–'}
                </Text>
              </Table.Td>
              <Table.Td className={classes.length}>{when(span.start_time)}</Table.Td>
              <Table.Td className={classes.length}>{when(span.end_time)}</Table.Td>
              <Table.Td className={classes.length}>{span.start_time === null || span.end_time === null ? '–' : milliseconds((span.end_time - span.start_time) * 1000)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
