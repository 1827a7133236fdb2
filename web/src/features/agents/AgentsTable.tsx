import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, type KeyboardEvent, type MouseEvent } from 'react';
import type { Agent } from '../../api/types';
import { AgentRow } from './AgentRow';
import type { FleetHistory } from './agentsApi';
import { leastWidth, widthOf, type Column } from './columns';
import { HintLayer } from './HintLayer';
import type { Flip } from './history';
import type { Selection, SortKey } from './selection';
import { SortableHead } from './SortableHead';
import type { CountedTokens } from './tokens';
import classes from './agents.module.css';

/** As many rows as a page draws without help. */
const drawAll = 60;
const none: Flip[] = [];

interface Props {
  agents: Agent[];
  columns: Column[];
  phone: boolean;
  history: FleetHistory | undefined;
  tokensOf: (agent: Agent) => CountedTokens | null;
  window: string;
  sort: Pick<Selection, 'sort' | 'descending'>;
  onSort: (key: SortKey) => void;
  onOpen: (name: string) => void;
}

/** A click or Enter on a row opens it; its links and buttons keep what is theirs. */
function rowUnder(event: MouseEvent | KeyboardEvent): string | null {
  const { target } = event;
  if (!(target instanceof Element)) return null;
  const control = target.closest('a, button');
  if (control !== null && !control.hasAttribute('data-open')) return null;
  return target.closest<HTMLElement>('[data-row]')?.dataset['name'] ?? null;
}

export function AgentsTable({ agents, columns, phone, history, tokensOf, window, sort, onSort, onOpen }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const windowed = agents.length > drawAll;
  // eslint-disable-next-line react-hooks/incompatible-library -- no compiler here memoises what it returns
  const virtual = useVirtualizer({
    count: agents.length,
    enabled: windowed,
    getScrollElement: () => scroller.current,
    estimateSize: () => 41,
    overscan: 12,
    getItemKey: (index) => agents[index]?.name ?? index,
    initialRect: { width: 1200, height: 800 },
  });
  const items = virtual.getVirtualItems();
  const first = windowed ? (items[0]?.index ?? 0) : 0;
  const last = windowed ? (items.at(-1)?.index ?? -1) : agents.length - 1;
  const above = windowed ? (items[0]?.start ?? 0) : 0;
  const below = windowed ? virtual.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;
  return (
    <HintLayer>
      <div ref={scroller} className={classes.scroller} data-windowed={windowed}>
        <table className={classes.table} aria-label="Agents" aria-rowcount={agents.length + 1} data-phone={phone} style={{ minWidth: leastWidth(columns, phone) }}>
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
              if (event.ctrlKey || event.metaKey || event.shiftKey) return;
              const name = rowUnder(event);
              if (name === null) return;
              event.preventDefault();
              onOpen(name);
            }}
            onKeyDown={(event) => {
              const name = event.key === 'Enter' ? rowUnder(event) : null;
              if (name === null) return;
              event.preventDefault();
              onOpen(name);
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
                  counted={tokens?.counted}
                  threshold={tokens?.threshold ?? null}
                  window={window}
                  {...(windowed && { measure: virtual.measureElement })}
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
