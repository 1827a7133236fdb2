import { memo, useState } from 'react';
import classes from '../agents.module.css';
import { cells, type RowData } from '../cells/cells';
import type { Column } from './columns';

interface Props extends RowData {
  columns: Column[];
  phone: boolean;
  /** Position in the whole table, for screen readers and for measuring. */
  index: number;
  measure?: (row: HTMLTableRowElement | null) => void;
}

/** What makes a row flash: a change of tier, pause or lifecycle state. */
function changing({ agent: { provider_state: tier, state } }: RowData): string {
  return [tier.current_tier, tier.pause_reason ?? tier.paused, state.lifecycle_state].join(' ');
}

/** How often the row changed while it was on the page. */
function useChanges(row: RowData): number {
  const now = changing(row);
  const [seen, setSeen] = useState(now);
  const [changes, setChanges] = useState(0);
  if (seen !== now) {
    setSeen(now);
    setChanges(changes + 1);
  }
  return changes;
}

export const AgentRow = memo(function AgentRow({ columns, phone, index, measure, ...row }: Props) {
  const { name } = row.agent;
  const changes = useChanges(row);
  // Two names of one animation: a second change begins it again.
  const flash = changes === 0 ? undefined : changes % 2 === 1 ? 'odd' : 'even';
  return (
    <tr
      ref={measure}
      tabIndex={0}
      data-row
      data-index={index}
      data-name={name}
      data-flash={flash}
      data-testid={`agent-row-${name}`}
      aria-rowindex={index + 2}
      className={classes.row}
    >
      {columns.map(({ id }) =>
        id === 'name' ? (
          <th key={id} scope="row" className={classes.cell} data-column={id}>
            {cells[id](row, phone)}
          </th>
        ) : (
          <td key={id} className={classes.cell} data-column={id}>
            {cells[id](row, phone)}
          </td>
        ),
      )}
    </tr>
  );
});
