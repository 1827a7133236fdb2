import type { Rollout } from '../api/types';

/** Whether it belongs to one of our agents: then each attempt has a transcript. */
export function isManaged({ metadata }: Pick<Rollout, 'metadata'>): boolean {
  return ['agent', 'agent_type'].some((key) => typeof metadata?.[key] === 'string');
}
