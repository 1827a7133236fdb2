import { describe, expect, it } from 'vitest';
import { agent, exhausted, metrics, minute, now, operatorPaused, tier2 } from '../../testing/fixtures';
import { waitsForKey } from '../../testing/providers';
import { standing } from './standing';

describe('the state of an agent in words', () => {
  it.each([
    ['nothing when all is well', {}, null],
    [
      'cause, time and way back of a degraded one',
      { provider_state: tier2 },
      'On tier 2: rate_limit, 47m ago. A success in 12m or later brings it back to tier 1.',
    ],
    [
      'that the cooldown is over',
      { provider_state: { ...tier2, retry_at: now - minute } },
      'On tier 2: rate_limit, 47m ago. The next success brings it back to tier 1.',
    ],
    ['when an exhausted one resumes', { provider_state: exhausted }, 'All 3 tiers are exhausted: quota. It resumes by itself in 12m.'],
    [
      'that an exhausted one may need a hand',
      { provider_state: exhausted, failover: { resume_when_possible: false } },
      'All 3 tiers are exhausted: quota. It waits for a reset to tier 1.',
    ],
    [
      'that one resumes when its key is set',
      { provider_state: { ...exhausted, retry_at: null }, held: waitsForKey },
      'All 3 tiers are exhausted: quota. It resumes by itself as soon as a tier may serve.',
    ],
    [
      'that one returns before its next task',
      { provider_state: tier2, failover: { return: 'when_due' as const } },
      'On tier 2: rate_limit, 47m ago. It returns with a task in 12m or later.',
    ],
    [
      'that one may return at once',
      { provider_state: { ...tier2, retry_at: now - minute }, failover: { return: 'when_due' as const } },
      'On tier 2: rate_limit, 47m ago. It returns as soon as a tier above may serve it.',
    ],
    ['that the operator paused it', { provider_state: operatorPaused }, 'Paused by the operator. It starts no task until it is resumed.'],
    [
      'that its container failed',
      { state: { lifecycle_state: 'failed' as const, lifecycle_metrics: metrics } },
      'Its container could not be started; Activity has the reason.',
    ],
  ])('tells %s', (_what, over, words) => {
    expect(standing(agent('reviewer-default', over), now)).toBe(words);
  });
});
