import type { Held } from '../../api/types';
import { clock } from '../format';

/**
 * `waits for anthropic until 23:45 (quota)`; where nobody knows a time, what is missing: `waits for anthropic (key not set)`.
 */
export function heldWords({ provider, kind, reason, until }: Held, now: number): string {
  const why = kind ?? 'a few at a time';
  if (until == null) return `waits for ${provider} (${kind === 'auth_error' ? 'key not set' : reason})`;
  return until > now ? `waits for ${provider} until ${clock(until, now)} (${why})` : `waits for its turn at ${provider} (${why})`;
}
