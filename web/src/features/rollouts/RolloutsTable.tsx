import { Checkbox, Table } from '@mantine/core';
import { Fragment, useCallback, useMemo, useState, type Dispatch, type SetStateAction } from 'react';
import { useMayChange } from '../../api/role';
import type { Rollout } from '../../api/types';
import { SortHeaders } from '../../shared/SortHeaders';
import type { Column } from '../../shared/useListView';
import { AttemptRows } from './AttemptRows';
import { RolloutRow, type RowActions } from './RolloutRow';
import classes from './Rollouts.module.css';
import type { SortKey } from './rolloutsQuery';
import { useHeldTasks } from './useHeldTasks';

const columns: Column<SortKey>[] = [
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

interface Props extends Pick<RowActions, 'json' | 'transcript'> {
  rollouts: Rollout[];
  /** Each as the store wrote it. */
  texts: Record<string, string>;
  sort: SortKey;
  descending: boolean;
  onSort: (sort: SortKey, descending: boolean) => void;
  selected: ReadonlySet<string>;
  onSelected: Dispatch<SetStateAction<ReadonlySet<string>>>;
}

function toggled(set: ReadonlySet<string>, id: string, on = !set.has(id)): ReadonlySet<string> {
  const next = new Set(set);
  if (on) next.add(id);
  else next.delete(id);
  return next;
}

export function RolloutsTable({ rollouts, texts, sort, descending, onSort, selected, onSelected, json, transcript }: Props) {
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set());
  const select = useCallback((id: string, on: boolean) => onSelected((before) => toggled(before, id, on)), [onSelected]);
  const expand = useCallback((id: string) => setExpanded((before) => toggled(before, id)), []);
  const mayChange = useMayChange();
  const heldOf = useHeldTasks(rollouts);
  const actions = useMemo(
    () => ({ select: mayChange ? select : null, expand, json, transcript }),
    [select, mayChange, expand, json, transcript],
  );
  const here = rollouts.filter(({ rollout_id }) => selected.has(rollout_id)).length;
  return (
    <Table.ScrollContainer minWidth={1120} type="native">
      <Table aria-label="Rollouts" fz="xs" horizontalSpacing={6} className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={28}>
              {mayChange && (
                <Checkbox
                  size="xs"
                  aria-label="select all on this page"
                  checked={here > 0 && here === rollouts.length}
                  indeterminate={here > 0 && here < rollouts.length}
                  onChange={(event) =>
                    onSelected(event.currentTarget.checked ? new Set(rollouts.map(({ rollout_id }) => rollout_id)) : new Set())
                  }
                />
              )}
            </Table.Th>
            <SortHeaders
              columns={columns}
              sort={sort}
              descending={descending}
              descendingFirst={(key) => key === 'start_time'}
              onSort={onSort}
            />
          </Table.Tr>
        </Table.Thead>
        <tbody>
          {rollouts.map((rollout) => {
            const id = rollout.rollout_id;
            return (
              <Fragment key={id}>
                <RolloutRow
                  rollout={rollout}
                  text={texts[id] ?? '{}'}
                  attempt={rollout.attempt}
                  selected={selected.has(id)}
                  expanded={expanded.has(id)}
                  held={heldOf(rollout)}
                  actions={actions}
                />
                {expanded.has(id) && <AttemptRows rollout={rollout} columns={columns.length + 1} actions={actions} />}
              </Fragment>
            );
          })}
        </tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
