import { describe, expect, it } from 'vitest';
import { now, tier2 } from '../../../testing/fixtures';
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
    ['container: idle stop', 'the container stops if no task comes'],
    ['container: inspect', 'the engine must have answered (inspect)'],
    ["the task's deadline (agent.timeout_s)", "the task's deadline (agent.timeout_s)"],
  ])('timer %s', (what, words) => {
    expect(timerWhat(what)).toBe(words);
  });

  it.each([
    ['queue', '2 waiting', 'Tasks waiting', '2'],
    ['no leases', '1 leases', 'No task holds it', '1 task'],
    ['no leases', '0 leases', 'No task holds it', 'none'],
    ['idle window', '400 s of 600 s', 'Idle for long enough', '6m 40s of 10m'],
    ['idle window', 'never', 'Idle for long enough', 'never'],
    ['keep warm', 'kept started; 2 of reviewer kept started now', 'Kept started', 'yes; now 2 of reviewer'],
    ['keep warm', 'not kept; 0 of reviewer kept started now', 'Kept started', 'no; now 0 of reviewer'],
    ['not kept warm', 'warm', 'It is not among those kept started', 'it is'],
    ['not pinned', 'lazy', 'It may stop when idle', 'yes: started on demand'],
    ['streak', '1 of 2', 'Server errors in a row', '1; failover at 2'],
    ['tier 1 is out', 'in 12 min', 'Tier 1 rests', 'for 12 min'],
    ['something new', 'yes', 'something new', 'yes'],
  ])('guard %s: %s', (name, value, said, worth) => {
    expect(guardInWords({ name, value })).toEqual({ name: said, value: worth });
  });
});

describe('timersOf', () => {
  const idle = { at: now + 60_000, what: 'container: idle stop' };
  const why = { last_decision: null, decided_at: null, guards: [], next_timer: idle };
  const retry_at = now + 3_600_000;
  const exhausted = { ...tier2, paused: true, pause_reason: 'exhausted' as const, retry_at };

  it('puts the retry of an exhausted agent before the idle stop', () => {
    expect(timersOf(why, { provider_state: exhausted })).toEqual([{ at: retry_at, what: 'a tier may serve again and the instance resumes' }, idle]);
  });

  it('names the way back of a degraded one too', () => {
    expect(timersOf(why, { provider_state: { ...tier2, retry_at } }).map(({ at }) => at)).toEqual([retry_at, idle.at]);
  });

  it('leaves alone what has no retry, or tells it already', () => {
    const told = { at: retry_at, what: 'from then on a success brings it back to tier 1' };
    expect(timersOf(why, { provider_state: { ...tier2, retry_at: null } })).toEqual([idle]);
    expect(timersOf({ ...why, next_timer: told }, { provider_state: { ...tier2, retry_at } })).toEqual([told]);
    expect(timersOf({ ...why, next_timer: null }, undefined)).toEqual([]);
    expect(timersOf(why, { provider_state: { ...exhausted, pause_reason: 'operator' } })).toEqual([idle]);
  });
});
