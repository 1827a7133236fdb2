import { expect, it } from 'vitest';
import { attemptTitle, factsOf, inputText, isActive, isUnfinished } from './attemptFacts';
import { attempt, onTierTwo, overloadedAttempt, running } from './testing/fixtures';

it('reads what the daemon noted', () => {
  expect(factsOf(overloadedAttempt)).toMatchObject({
    tier: 1,
    provider: 'anthropic',
    verdict: { kind: 'server_error', failover: true, rule: 'overloaded', retryAfterS: 90, resetAt: null },
    output: null,
  });
});

it('makes do with the metadata of other clients', () => {
  expect(factsOf({ metadata: null })).toMatchObject({ tier: null, verdict: null });
  expect(factsOf({ metadata: { tier: 'two', verdict: 'bad', model: 5 } })).toMatchObject({ tier: null, model: null, verdict: null });
  expect(attemptTitle(attempt(3, { metadata: null }), 2)).toBe('Attempt 3 of 3 · succeeded');
});

it('names an attempt', () => {
  expect(attemptTitle({ ...onTierTwo, status: 'failed' }, 3)).toBe('Attempt 2 of 3 · failed · ② deepseek-v4-pro');
});

it('knows what may still write', () => {
  expect(isActive(running)).toBe(true);
  expect(isActive(attempt(1))).toBe(false);
  expect(isUnfinished({ status: 'requeuing' })).toBe(true);
  expect(isUnfinished({ status: 'cancelled' })).toBe(false);
});

it('shows any input', () => {
  expect(inputText('text')).toBe('text');
  expect(inputText({ prompt: 'do it', n: 1 })).toBe('do it');
  expect(inputText({ n: 1 })).toBe('{\n  "n": 1\n}');
  expect(inputText(null)).toBe('null');
});
