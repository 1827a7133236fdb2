import type { Agent, LifecycleState } from '../../../api/types';

/** What the strip counts and filters by, in the order it is shown. */
export const tierGroups = ['1', '2', '3', 'paused'] as const;
export const activities = ['busy', 'starting', 'idle', 'stopped', 'paused', 'failed'] as const;

export type TierGroup = (typeof tierGroups)[number];
export type Activity = (typeof activities)[number];

export function tierGroupOf({ provider_state: state }: Pick<Agent, 'provider_state'>): TierGroup {
  if (state.paused) return 'paused';
  return state.current_tier === 3 ? '3' : state.current_tier === 2 ? '2' : '1';
}

const activityOfState: Record<LifecycleState, Activity | null> = {
  absent: 'stopped',
  stopped: 'stopped',
  starting: 'starting',
  ready: 'idle',
  busy: 'busy',
  draining: 'busy',
  stopping: 'stopped',
  paused: 'paused',
  failed: 'failed',
  unknown: null,
};

/** Host and hot agents have no lifecycle: busy while they have a task, otherwise nothing. */
export function activityOf({ state, current_rollout_id: task }: Pick<Agent, 'state' | 'current_rollout_id'>): Activity | null {
  const lifecycle = state.lifecycle_state ?? null;
  if (lifecycle === null) return task == null ? null : 'busy';
  return activityOfState[lifecycle];
}

export interface Counts {
  tier: Record<TierGroup, number>;
  activity: Record<Activity, number>;
}

export function countFleet(agents: Agent[]): Counts {
  const tier: Counts['tier'] = { '1': 0, '2': 0, '3': 0, paused: 0 };
  const activity: Counts['activity'] = { busy: 0, starting: 0, idle: 0, stopped: 0, paused: 0, failed: 0 };
  for (const agent of agents) {
    tier[tierGroupOf(agent)] += 1;
    const doing = activityOf(agent);
    if (doing !== null) activity[doing] += 1;
  }
  return { tier, activity };
}
