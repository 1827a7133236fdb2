import type { Agent } from '../api/types';

export type Tone = 'neutral' | 'warning' | 'danger';

/** How bad it is: danger when exhausted, paused or failing; a warning on a lower tier, or when somebody paused the container. */
export function toneOf({ provider_state: tier, state }: Pick<Agent, 'provider_state' | 'state'>): Tone {
  if (tier.paused || state.lifecycle_state === 'failed') return 'danger';
  return tier.current_tier > 1 || state.lifecycle_state === 'paused' ? 'warning' : 'neutral';
}

/** For sorting worst first. */
export function severity({ provider_state: tier, state }: Pick<Agent, 'provider_state' | 'state'>): number {
  if (tier.paused) return tier.pause_reason === 'exhausted' ? 6 : 4;
  if (state.lifecycle_state === 'failed') return 5;
  if (state.lifecycle_state === 'paused') return 3;
  return tier.current_tier - 1;
}
