import type { NamedToken } from '../../api/types';
import { countdown } from '../../shared/format';

export type TokenRole = NamedToken['role'];

export const roleLooks: Record<TokenRole, { glyph: string; may: string }> = {
  viewer: { glyph: '◔', may: 'sees everything, changes nothing' },
  operator: { glyph: '●', may: 'can do everything' },
  store: { glyph: '▤', may: 'for runners: takes and reports rollouts, sees nothing of the agents' },
};

const day = 86_400_000;

/** How long a new token is valid; null: until it is revoked. */
export const lifetimes: { label: string; days: number | null }[] = [
  { label: '1 day', days: 1 },
  { label: '7 days', days: 7 },
  { label: '30 days', days: 30 },
  { label: '90 days', days: 90 },
  { label: '1 year', days: 365 },
  { label: 'until it is revoked', days: null },
];

export function expiryFromNow(days: number | null): number | null {
  return days === null ? null : Date.now() + days * day;
}

/** "in 3d", "✕ expired", "never"; less than a week is a warning. */
export function expiryInWords(expires: number | null | undefined, now: number): { text: string; tone: 'quiet' | 'warning' | 'danger' } {
  if (expires == null) return { text: 'never', tone: 'quiet' };
  const left = countdown(expires, now);
  if (left === null) return { text: '✕ expired', tone: 'danger' };
  return { text: left, tone: expires - now < 7 * day ? 'warning' : 'quiet' };
}
