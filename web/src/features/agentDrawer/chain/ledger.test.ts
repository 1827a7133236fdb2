import { describe, expect, it } from 'vitest';
import { providerEvent } from '../fixtures';
import { ledgerLine, lookOf, newestFirst } from './ledger';

const at = new Date(2026, 3, 29, 9, 14, 59).getTime();

describe('a line of the event log', () => {
  it('has the time to the minute, the move and the reason in quotes', () => {
    expect(ledgerLine(providerEvent(1, { ts: at }))).toBe('2026-04-29 09:14 ① → ② "401 auth_error"');
  });

  it('says ✕ where no tier was left', () => {
    const event = providerEvent(1, { ts: at, kind: 'exhausted', from_tier: 3, to_tier: 3, reason: '529 server_error' });
    expect(ledgerLine(event)).toBe('2026-04-29 09:14 ③ → ✕ "529 server_error"');
  });

  it('names one tier when it stays', () => {
    const event = providerEvent(1, { ts: at, kind: 'pause', from_tier: 2, to_tier: 2, reason: 'paused by the operator' });
    expect(ledgerLine(event)).toBe('2026-04-29 09:14 ② "paused by the operator"');
  });
});

it.each([
  ['auth_error', 'failover'],
  ['token_budget', 'failover'],
  ['cooldown_reset', 'cooldown reset'],
  ['manual_reset', 'manual reset'],
  ['pause', 'pause'],
  ['unpause', 'unpause'],
  ['exhausted', 'exhausted'],
  ['auto_resume', 'auto-resume'],
  ['config_changed', 'config changed'],
])('calls the kind %s a %s', (kind, word) => {
  expect(lookOf(kind).word).toBe(word);
});

it('puts pages together newest first, each row once', () => {
  const pages = [
    [providerEvent(7), providerEvent(8)],
    [providerEvent(5), providerEvent(7)],
  ];
  expect(newestFirst(pages).map(({ id }) => id)).toEqual([8, 7, 5]);
});
