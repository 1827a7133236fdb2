import type { Kind } from '../../../api/types';
import { textsOf, type Json } from '../model/json';

export const triggers = ['auth_error', 'quota', 'rate_limit', 'server_error', 'token_budget'] as const satisfies readonly Kind[];
type Trigger = (typeof triggers)[number];

export const triggerWords: Record<Trigger, { label: string; helper: string }> = {
  auth_error: { label: 'Key refused', helper: 'The provider refuses the key (401, 403) or does not know the model. Moves at once.' },
  quota: { label: 'Allowance gone', helper: 'Balance, plan or spending limit used up for more than five minutes. Moves at once.' },
  rate_limit: { label: 'Too fast', helper: 'The provider asks to slow down for a short while (429). Moves at once.' },
  server_error: {
    label: 'Provider broken',
    helper: 'Server errors (5xx, overloaded), network failures and timeouts. Moves after several in a row.',
  },
  token_budget: { label: 'Own token budget', helper: 'Your threshold below is reached, before the provider says anything. Moves at once.' },
};

/** Absent: all five. */
export function triggersOf(value: Json | undefined): string[] {
  return value === undefined ? [...triggers] : textsOf(value);
}

export function toggled(value: Json | undefined, trigger: Trigger, on: boolean): string[] {
  const before = triggersOf(value).filter((each) => each !== trigger);
  if (!on) return before;
  const rank = (each: string) => triggers.findIndex((known) => known === each);
  return [...before, trigger].sort((a, b) => rank(a) - rank(b));
}
