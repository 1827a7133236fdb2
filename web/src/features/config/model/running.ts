import type { Agent } from '../../../api/types';

const alive = ['starting', 'ready', 'busy', 'draining', 'stopping', 'paused'];

/** What deleting `names` interrupts, for each instance: "reviewer-default is busy with ro-41f7". */
function runningOf(agents: Agent[], names: string[]): string[] {
  return agents
    .filter(({ name }) => names.includes(name))
    .filter(({ state, current_rollout_id }) => current_rollout_id !== null || alive.includes(state.lifecycle_state ?? ''))
    .map(({ name, state, current_rollout_id }) =>
      current_rollout_id === null ? `${name} is ${state.lifecycle_state ?? 'running'}` : `${name} is busy with ${current_rollout_id}`,
    );
}

/** The sentences of a confirmation. */
export function removalSentences(agents: Agent[], names: string[]): string[] {
  const running = runningOf(agents, names);
  const gone = names.length === 1 ? `${names[0] ?? ''} is removed` : `${names.length} agents are removed: ${names.join(', ')}`;
  return [
    `${gone}, with tier, streaks and figures. The ledger and the event log stay.`,
    running.length === 0 ? 'Nothing is running now.' : `Running now: ${running.join('; ')}. A running task finishes first.`,
    'This takes effect when you save.',
  ];
}
