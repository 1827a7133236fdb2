import { describe, expect, it } from 'vitest';
import type { ContainerGuard, WhyGuard } from '../../../api/types';
import { now, tier2 } from '../../../testing/fixtures';
import type { Guard } from './guards';
import { decisionInWords, guardInWords, timersOf, timerWhat } from './words';

describe('the words of Why', () => {
  it.each([
    ['last lease ended', 'The last task ended; the container is idle'],
    ['ephemeral', 'The container is removed: it served its one task'],
    ['ro-41 ended: cancelled', 'ro-41 ended: cancelled'],
    ['constructor', 'constructor'],
  ])('decision %s', (decision, words) => {
    expect(decisionInWords(decision)).toBe(words);
  });

  it.each([
    [{ code: 'container', part: 'idle stop', what: 'container: idle stop' }, 'the container stops if no task comes'],
    [{ code: 'container', part: 'inspect', what: 'container: inspect' }, 'the engine must have answered (inspect)'],
    [{ code: 'task_deadline', what: "the task's deadline (agent.timeout_s)" }, 'the task reaches its time limit (agent.timeout_s)'],
    [{ code: 'ending', what: 'the task is asked to end again' }, 'the task is asked to end again'],
    [{ code: 'held', what: 'the next of its tasks may begin' }, 'the next of its tasks may begin'],
    [{ code: 'resume', what: 'a tier may serve again and the instance resumes' }, 'a tier may serve again, and the agent resumes'],
  ] as const)('timer %j', (timer, words) => {
    expect(timerWhat({ at: now, ...timer })).toBe(words);
  });

  const condition = (part: ContainerGuard, value: string, more: Partial<Guard> = {}): Guard => ({
    name: `idle stop: ${part}`,
    value,
    code: 'idle_stop',
    part,
    ...more,
  });

  it.each<[Guard, string, string]>([
    [{ name: 'queue', value: '2 waiting', code: 'queue', actual: 2 }, 'Tasks waiting', '2'],
    [condition('no leases', '1 leases', { actual: 1 }), 'No task holds it', '1 task'],
    [condition('no leases', '0 leases', { actual: 0 }), 'No task holds it', 'none'],
    [condition('idle window', '400 s of 600 s', { actual: 400_000, needed: 600_000 }), 'Idle long enough', '6m 40s of 10m'],
    [condition('idle window', 'never'), 'Idle long enough', 'never'],
    [condition('not kept warm', 'warm', { holds: false }), 'It is not among those kept started', 'it is'],
    [condition('not pinned', 'lazy', { holds: true }), 'It may stop when idle', 'yes: started on demand'],
    [{ name: 'keep warm', value: '', code: 'keep_warm', actual: 2, kept: true }, 'Kept started', 'yes; now 2 of its type'],
    [{ name: 'keep warm', value: '', code: 'keep_warm', actual: 0, kept: false }, 'Kept started', 'no; now 0 of its type'],
    [{ name: 'streak', value: '1 of 2', code: 'streak', actual: 1, needed: 2 }, 'Server errors in a row', '1; failover at 2'],
    [{ name: 'tier 1 is out', value: 'in 12 min', code: 'tier_out', tier: 1, until: now + 12 * 60_000 }, 'Tier 1 rests', 'for 12m'],
    [{ name: 'tier 1 is out', value: 'in 5 s', code: 'tier_out', tier: 1, until: now + 5_000 }, 'Tier 1 rests', 'for 5s'],
    [{ name: 'retry', value: 'in 1 min', code: 'retry', until: now + 5_000 }, 'Tier 1 may serve again', 'in 5s'],
    [{ name: 'retry', value: 'in 1 min', code: 'retry', until: now }, 'Tier 1 may serve again', 'due'],
    [
      { name: 'tier 1 health', value: 'out for another 12 min (429 quota)', code: 'tier_health', tier: 1, until: now },
      'Tier 1 health',
      'out for another 12 min (429 quota)',
    ],
    [{ name: 'tier 1 trial', value: 'on trial by reviewer-b', code: 'tier_trial', tier: 1 }, 'Tier 1 trial', 'on trial by reviewer-b'],
    [{ name: 'something new', value: 'yes', code: 'something new' as WhyGuard }, 'something new', 'yes'],
  ])('guard %j', (guard, said, worth) => {
    expect(guardInWords(guard, now)).toMatchObject({ name: said, value: worth });
  });
});

describe('timersOf', () => {
  const idle = { at: now + 60_000, what: 'container: idle stop', code: 'container', part: 'idle stop' } as const;
  const why = { last_decision: null, decided_at: null, guards: [], next_timer: idle };
  const retry_at = now + 3_600_000;
  const exhausted = { ...tier2, paused: true, pause_reason: 'exhausted' as const, retry_at };

  it('puts the retry of an exhausted agent before the idle stop', () => {
    expect(timersOf(why, { provider_state: exhausted })).toEqual([
      { at: retry_at, what: 'a tier may serve again, and the agent resumes', code: 'resume' },
      idle,
    ]);
  });

  it('names the way back of a degraded one too', () => {
    expect(timersOf(why, { provider_state: { ...tier2, retry_at } }).map(({ at }) => at)).toEqual([retry_at, idle.at]);
  });

  it.each([
    ['when_due', 'from then on its next task may begin on tier 1'],
    ['after_success', 'from then on a success brings it back to tier 1'],
  ] as const)('says how it comes back: %s', (way, what) => {
    expect(timersOf(why, { provider_state: { ...tier2, retry_at }, failover: { return: way } })[0]?.what).toBe(what);
  });

  it('changes nothing without a retry, or when it is already listed', () => {
    const told = { at: retry_at, what: 'from then on a success brings it back to tier 1', code: 'return' } as const;
    expect(timersOf(why, { provider_state: { ...tier2, retry_at: null } })).toEqual([idle]);
    expect(timersOf({ ...why, next_timer: told }, { provider_state: { ...tier2, retry_at } })).toEqual([told]);
    expect(timersOf({ ...why, next_timer: null }, undefined)).toEqual([]);
    expect(timersOf(why, { provider_state: { ...exhausted, pause_reason: 'operator' } })).toEqual([idle]);
  });
});
