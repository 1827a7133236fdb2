import type { MouseEvent, RefObject } from 'react';
import type { Agent } from '../../../api/types';
import { meansRow } from '../../../shared/opensOn';
import classes from '../agents.module.css';
import type { FleetHistory } from '../agentsApi';
import type { Flip } from '../cells/history';
import type { CountedTokens } from '../cells/tokens';
import type { Selection, SortKey } from '../selection/selection';
import { AgentRow } from './AgentRow';
import { leastWidth, widthOf, type Column } from './columns';
import { HintLayer } from './HintLayer';
import { SortableHead } from './SortableHead';

const none: Flip[] = [];

export interface TableProps {
  agents: Agent[];
  columns: Column[];
  phone: boolean;
  history: FleetHistory | undefined;
  began: number | null;
  tokensOf: (agent: Agent) => CountedTokens | null;
  window: string;
  sort: Pick<Selection, 'sort' | 'descending'>;
  onSort: (key: SortKey) => void;
  onOpen: (name: string) => void;
}

/** As shared/opensOn.ts, with one listener for all rows. */
function clickedRow(event: MouseEvent): string | undefined {
  const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-row]') : null;
  return row !== null && meansRow(event, row) ? row.dataset['name'] : undefined;
}

/** The part of a long table that is drawn, and the space of the rest. */
interface TablePart {
  first: number;
  last: number;
  above: number;
  below: number;
  measure: (row: Element | null) => void;
  scroller: RefObject<HTMLDivElement | null>;
}

export function DrawnTable({
  agents,
  columns,
  phone,
  history,
  began,
  tokensOf,
  window,
  sort,
  onSort,
  onOpen,
  part,
}: TableProps & { part?: TablePart }) {
  const { first, last, above, below } = part ?? { first: 0, last: agents.length - 1, above: 0, below: 0 };
  return (
    <HintLayer>
      <div ref={part?.scroller} className={classes.scroller} data-windowed={part !== undefined}>
        <table
          className={classes.table}
          aria-label="Agents"
          aria-rowcount={agents.length + 1}
          data-phone={phone}
          style={{ minWidth: leastWidth(columns, phone) }}
        >
          <colgroup>
            {columns.map((column) => (
              <col key={column.id} style={{ width: widthOf(column, phone) }} />
            ))}
          </colgroup>
          <thead className={classes.head}>
            <tr aria-rowindex={1}>
              {columns.map((column) => (
                <SortableHead key={column.id} column={column} sort={sort} onSort={onSort} />
              ))}
            </tr>
          </thead>
          <tbody
            onClick={(event) => {
              const name = clickedRow(event);
              if (name === undefined) return;
              event.preventDefault();
              onOpen(name);
            }}
            onKeyDown={({ key, target }) => {
              const name = key === 'Enter' && target instanceof HTMLElement ? target.dataset['name'] : undefined;
              if (name !== undefined) onOpen(name);
            }}
          >
            {above > 0 && (
              <tr aria-hidden>
                <td colSpan={columns.length} style={{ height: above, padding: 0 }} />
              </tr>
            )}
            {agents.slice(first, last + 1).map((agent, offset) => {
              const tokens = tokensOf(agent);
              return (
                <AgentRow
                  key={agent.name}
                  agent={agent}
                  columns={columns}
                  phone={phone}
                  index={first + offset}
                  flips={history && (history.flips[agent.name] ?? none)}
                  began={began}
                  counted={tokens?.counted}
                  threshold={tokens?.threshold ?? null}
                  window={window}
                  {...(part && { measure: part.measure })}
                />
              );
            })}
            {below > 0 && (
              <tr aria-hidden>
                <td colSpan={columns.length} style={{ height: below, padding: 0 }} />
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </HintLayer>
  );
}
