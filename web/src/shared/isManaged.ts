import type { Rollout } from '../api/types';

/** Whether one of our agents works on it: then each attempt has a transcript. */
export function isManaged({ metadata }: Pick<Rollout, 'metadata'>): boolean {
  return ['agent', 'agent_type'].some((key) => typeof metadata?.[key] === 'string');
}
