import type { ReactNode } from 'react';
import type { Agent } from '../../../api/types';
import { AgentActions } from '../../../shared/agent/AgentActions';
import { Cooldown } from '../../../shared/agent/Cooldown';
import { TierBadge } from '../../../shared/agent/TierBadge';
import { HeldLine } from '../../../shared/health/HeldLine';
import { count, milliseconds } from '../../../shared/format';
import classes from '../agents.module.css';
import type { ColumnId } from '../table/columns';
import { CurrentTask } from './CurrentTask';
import type { Flip } from './history';
import { HistorySpark } from './HistorySpark';
import { StateWord } from './StateWord';
import { TokenRing } from './TokenRing';

/** Everything a row is drawn from; primitives and shared references, so that an unchanged row is not drawn again. */
export interface RowData {
  agent: Agent;
  /** Undefined while the history is not known. */
  flips: Flip[] | undefined;
  /** When there began to be a fleet; null: not known. */
  began: number | null;
  /** Undefined while the usage is not known. */
  counted: number | undefined;
  threshold: number | null;
  window: string;
}

const dash = <span className={classes.dim}>–</span>;

function waiting(depth: number): ReactNode {
  return depth === 0 ? dash : `${count(depth)} waiting`;
}

export const cells: Record<ColumnId, (row: RowData, phone: boolean) => ReactNode> = {
  name: ({ agent }, phone) => (
    <>
      <a href={`/agents/${encodeURIComponent(agent.name)}`} tabIndex={-1} className={classes.name} data-open title={agent.name}>
        {agent.name}
      </a>
      {agent.leaving === true && (
        <span className={classes.dim} data-hint="removed from the configuration; goes away when its work is done">
          {' '}
          leaving
        </span>
      )}
      {phone && (
        <div className={classes.under}>
          <StateWord agent={agent} />
          {agent.queue_depth > 0 && ` · ${waiting(agent.queue_depth)}`}
        </div>
      )}
    </>
  ),
  type: ({ agent }) => <span title={agent.type}>{agent.type}</span>,
  mode: ({ agent }) => agent.mode,
  tier: ({ agent }) => (
    <div className={classes.tier}>
      <TierBadge agent={agent} />
      <Cooldown agent={agent} />
      {agent.held != null && (
        <span className={classes.held} data-testid={`agent-held-${agent.name}`}>
          <HeldLine held={agent.held} isCounted={agent.provider_state.paused} />
        </span>
      )}
    </div>
  ),
  history: ({ agent, flips, began }) =>
    flips === undefined ? (
      dash
    ) : (
      <HistorySpark flips={flips} state={agent.provider_state} tiers={agent.provider_chain.length} name={agent.name} began={began} />
    ),
  state: ({ agent }) => <StateWord agent={agent} />,
  task: ({ agent: { current_rollout_id: task, queue_depth: depth } }) =>
    task == null ? (
      waiting(depth)
    ) : (
      <>
        <CurrentTask id={task} />
        {depth > 0 && <div className={classes.under}>{waiting(depth)}</div>}
      </>
    ),
  tokens: ({ agent, counted, threshold, window }) =>
    counted === undefined ? (
      dash
    ) : (
      <TokenRing counted={counted} threshold={threshold} window={window} tier={agent.provider_state.current_tier} type={agent.type} />
    ),
  cold: ({ agent }) => {
    const p50 = agent.state.lifecycle_metrics?.cold_start_ms.p50;
    return p50 == null ? dash : milliseconds(p50);
  },
  actions: ({ agent }) => <AgentActions agent={agent} />,
};
