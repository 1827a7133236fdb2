import { Checkbox, Table } from '@mantine/core';
import { Fragment, useState } from 'react';
import type { Rollout } from '../../api/types';
import { SortHeader } from '../../shared/SortHeader';
import { useNow } from '../../shared/useNow';
import { AttemptRows } from './AttemptRows';
import { RolloutRow } from './RolloutRow';
import type { SortKey } from './rolloutsQuery';

const columns: { label: string; sort: SortKey | null }[] = [
  { label: 'Rollout', sort: 'rollout_id' },
  { label: 'Attempt', sort: 'attempt_id' },
  { label: 'Input', sort: null },
  { label: 'Status', sort: 'status' },
  { label: 'Resources', sort: 'resources_id' },
  { label: 'Mode', sort: 'mode' },
  { label: 'Start', sort: 'start_time' },
  { label: 'Duration', sort: 'duration' },
  { label: 'Last heartbeat', sort: 'last_heartbeat_time' },
  { label: 'Worker', sort: 'worker_id' },
  { label: 'Actions', sort: null },
];

interface Props {
  rollouts: Rollout[];
  sort: SortKey;
  descending: boolean;
  onSort: (sort: SortKey, descending: boolean) => void;
  selected: ReadonlySet<string>;
  onSelected: (selected: ReadonlySet<string>) => void;
  onJson: (rolloutId: string, attemptId: string | null) => void;
  onTranscript: (rolloutId: string, attemptId: string) => void;
}

export function RolloutsTable({ rollouts, sort, descending, onSort, selected, onSelected, onJson, onTranscript }: Props) {
  const now = useNow(1000);
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set());
  const toggle = (set: ReadonlySet<string>, id: string, on = !set.has(id)) => {
    const next = new Set(set);
    if (on) next.add(id);
    else next.delete(id);
    return next;
  };
  const here = rollouts.filter(({ rollout_id }) => selected.has(rollout_id)).length;
  return (
    <Table.ScrollContainer minWidth={1280} type="native">
      <Table aria-label="Rollouts" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={32}>
              <Checkbox
                size="xs"
                aria-label="select all on this page"
                checked={here > 0 && here === rollouts.length}
                indeterminate={here > 0 && here < rollouts.length}
                onChange={(event) => onSelected(event.currentTarget.checked ? new Set(rollouts.map(({ rollout_id }) => rollout_id)) : new Set())}
              />
            </Table.Th>
            {columns.map(({ label, sort: key }) => (
              <SortHeader key={label} label={label} by={key} sort={sort} descending={descending} descendingFirst={key === 'start_time'} onSort={onSort} />
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rollouts.map((rollout) => {
            const id = rollout.rollout_id;
            return (
              <Fragment key={id}>
                <RolloutRow
                  rollout={rollout}
                  attempt={rollout.attempt}
                  now={rollout.end_time === null || rollout.attempt?.last_heartbeat_time != null ? now : 0}
                  selected={selected.has(id)}
                  onSelect={(each, on) => onSelected(toggle(selected, each, on))}
                  expanded={expanded.has(id)}
                  onExpand={(each) => setExpanded(toggle(expanded, each))}
                  onJson={onJson}
                  onTranscript={onTranscript}
                />
                {expanded.has(id) && <AttemptRows rollout={rollout} now={now} columns={columns.length + 1} onJson={onJson} onTranscript={onTranscript} />}
              </Fragment>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
