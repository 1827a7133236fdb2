import { Badge, Group, Table, Text, UnstyledButton } from '@mantine/core';
import type { Span } from '../../api/types';
import { CopyableId } from '../../shared/CopyableId';
import { opensOn } from '../../shared/opensOn';
import { SortHeaders } from '../../shared/SortHeaders';
import type { Column } from '../../shared/useListView';
import { milliseconds, shortId, timestamp } from '../../shared/format';
import { rewardOf } from './conversation';
import { SpanStatus } from './SpanStatus';
import classes from './Traces.module.css';
import type { SpanSortKey } from './tracesQuery';

const columns: Column<SpanSortKey>[] = [
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

/** The time of day alone; the day is on hover. */
function When({ seconds }: { seconds: number | null }) {
  if (seconds === null) return '–';
  const text = `${timestamp(seconds * 1000)}.${String(Math.floor(seconds * 1000) % 1000).padStart(3, '0')}`;
  return <span title={text}>{text.slice(11)}</span>;
}

const missing = ' ⚠ missing';

/** A click searches for it; one that is not among these spans is marked. */
function Parent({ id, isHere, onFind }: { id: string | null; isHere: boolean; onFind: (id: string) => void }) {
  if (id === null) return '–';
  return (
    <UnstyledButton
      className={classes.parent}
      data-missing={!isHere}
      aria-label={`find parent ${id}, shown as ${shortId(id, 10)}${isHere ? '' : missing}`}
      title={isHere ? id : `${id} is not among these spans`}
      onClick={() => onFind(id)}
    >
      {shortId(id, 10)}
      {!isHere && missing}
    </UnstyledButton>
  );
}

export function SpanTable({ spans, sort, descending, onSort, onOpen, onFind }: Props) {
  const here = new Set(spans.map(({ span_id }) => span_id));
  return (
    <Table.ScrollContainer minWidth={1140} type="native">
      <Table aria-label="Spans" highlightOnHover fz="xs" horizontalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <SortHeaders columns={columns} sort={sort} descending={descending} onSort={onSort} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {spans.map((span) => (
            <Table.Tr key={`${span.span_id} ${span.sequence_id}`} data-row="" tabIndex={-1} {...opensOn(() => onOpen(span))}>
              <Table.Td>
                <Group gap={6} wrap="nowrap">
                  <UnstyledButton className={classes.open} fz="xs" onClick={() => onOpen(span)}>
                    {span.name}
                  </UnstyledButton>
                  {rewardOf(span) !== null && (
                    <Badge size="xs" variant="light" tt="none" miw="max-content">
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
                <Parent id={span.parent_id} isHere={here.has(span.parent_id ?? '')} onFind={onFind} />
              </Table.Td>
              <Table.Td>
                <SpanStatus code={span.status.status_code} />
              </Table.Td>
              <Table.Td className={classes.rest}>
                <Text size="xs" c="dimmed" truncate title={Object.keys(span.attributes).join(', ')}>
                  {Object.keys(span.attributes).join(', ') || '–'}
                </Text>
              </Table.Td>
              <Table.Td className={classes.time}>
                <When seconds={span.start_time} />
              </Table.Td>
              <Table.Td className={classes.time}>
                <When seconds={span.end_time} />
              </Table.Td>
              <Table.Td className={classes.time}>
                {span.start_time === null || span.end_time === null ? '–' : milliseconds((span.end_time - span.start_time) * 1000)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
