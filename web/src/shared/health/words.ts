import type { HealthScope, HealthState, Kind, ProviderHealth } from '../../api/types';
import { amount, clock } from '../format';
import type { Tone } from '../trouble';

interface Look {
  glyph: string;
  /** Trouble is what serves nobody. Its way back, and a few at a time after a quiet while, are none. */
  tone: Tone;
  /** The worst is the highest. */
  rank: number;
}

export const healthLooks: Record<HealthState, Look> = {
  closed: { glyph: '●', tone: 'neutral', rank: 0 },
  ramping: { glyph: '◑', tone: 'neutral', rank: 1 },
  trial: { glyph: '◌', tone: 'neutral', rank: 2 },
  due: { glyph: '◔', tone: 'neutral', rank: 3 },
  open: { glyph: '✕', tone: 'danger', rank: 4 },
  unconfigured: { glyph: '✕', tone: 'danger', rank: 5 },
};

/** Each follows "anthropic is". */
const phrases: Record<HealthState, (health: ProviderHealth, now: number) => string> = {
  closed: () => 'serving',
  ramping: ({ kind, ramp }) => {
    const how = kind == null ? 'taking a few tasks at a time' : 'coming back'; // without a kind nothing had failed
    return ramp == null ? how : `${how}, ${amount(ramp, 'place')}`;
  },
  trial: ({ trial_by: by }) => (by == null ? 'on trial' : `on trial by ${by}`),
  due: () => 'due, not tried yet',
  open: ({ until }, now) => {
    if (until == null) return 'out';
    return until > now ? `out until ${clock(until, now)}` : 'out, about to be due';
  },
  unconfigured: () => 'without a key',
};

/** `out until 23:45`, `on trial by reviewer-b`, `coming back, 4 places`. */
export function healthWords(health: ProviderHealth, now: number): string {
  return phrases[health.state](health, now);
}

/** What went wrong, in an operator's words. */
export const kindWords: Record<Kind, string> = {
  success: 'it answers',
  auth_error: 'the key is refused',
  quota: 'the allowance is used up',
  rate_limit: 'too many requests',
  model_not_found: 'the model is not known',
  server_error: 'server errors',
  network: 'it cannot be reached',
  timeout: 'no answer in time',
  token_budget: 'your own token budget is used up',
  context_length: 'the input is too long',
  invalid_request: 'the request is not understood',
  content_policy: 'the content is refused',
  task_error: 'the task failed by itself',
};

/** Whom a health is about. */
export const scopeWords: Record<HealthScope, string> = {
  account: 'all models of the account',
  tier: 'this model',
  agent: 'one agent only',
  host: 'one machine only',
};

/** Whether it serves nobody. */
export function isOut({ state }: Pick<ProviderHealth, 'state'>): boolean {
  return healthLooks[state].tone === 'danger';
}

export function worse(a: ProviderHealth, b: ProviderHealth): ProviderHealth {
  return healthLooks[b.state].rank > healthLooks[a.state].rank ? b : a;
}
