import { expect, it } from 'vitest';
import { agent, exhausted, operatorPaused, tier1, tier2, tier3 } from '../testing/fixtures';
import { severity, toneOf } from './trouble';

const failed = { lifecycle_state: 'failed' as const, lifecycle_metrics: null };

it.each([
  ['tier 1', agent('a'), 'neutral'],
  ['tier 2', agent('a', { provider_state: tier2 }), 'warning'],
  ['tier 3', agent('a', { provider_state: tier3 }), 'warning'],
  ['exhausted', agent('a', { provider_state: exhausted }), 'danger'],
  ['paused by the operator', agent('a', { provider_state: operatorPaused }), 'danger'],
  ['frozen', agent('a', { state: { lifecycle_state: 'paused', lifecycle_metrics: null } }), 'warning'],
  ['failed', agent('a', { provider_state: tier1, state: failed }), 'danger'],
] as const)('%s is %s', (_what, each, tone) => {
  expect(toneOf(each)).toBe(tone);
});

it('sorts worst first', () => {
  const order = [exhausted, { ...tier1 }, operatorPaused, tier3, tier2].map((provider_state) => agent('a', { provider_state }));
  const broken = agent('a', { state: failed });
  const sorted = [...order, broken].toSorted((a, b) => severity(b) - severity(a));
  expect(
    sorted.map(({ provider_state: tier, state }) =>
      state.lifecycle_state === 'failed' ? 'failed' : (tier.pause_reason ?? tier.current_tier),
    ),
  ).toEqual(['exhausted', 'failed', 'operator', 3, 2, 1]);
});
