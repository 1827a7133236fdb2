import { describe, expect, it } from 'vitest';
import { minute, now } from '../../../testing/fixtures';
import { grown, historyWindowMs } from '../agentsApi';
import { flipEvent, hour, providerDay } from '../fixtures';
import { flipOf, historyInWords, pausedSince, stretchesOf, type Flip } from './history';

const begin = now - historyWindowMs;
const onFirst = { current_tier: 1, paused: false };

function flip(ts: number, from: number, to: number, kind: string): Flip {
  return { id: 1, ts, from, to, kind };
}

describe('the stretches of a day', () => {
  it('is one when nothing happened', () => {
    expect(stretchesOf([], { current_tier: 2, paused: false }, begin, now)).toEqual([{ from: begin, to: now, tier: 2, paused: false }]);
  });

  it('follows the flips and leaves no gap', () => {
    const flips = [flip(now - 6 * hour, 1, 2, 'rate_limit'), flip(now - 3 * hour, 2, 3, 'quota'), flip(now - hour, 3, 1, 'cooldown_reset')];
    expect(stretchesOf(flips, onFirst, begin, now)).toEqual([
      { from: begin, to: now - 6 * hour, tier: 1, paused: false },
      { from: now - 6 * hour, to: now - 3 * hour, tier: 2, paused: false },
      { from: now - 3 * hour, to: now - hour, tier: 3, paused: false },
      { from: now - hour, to: now, tier: 1, paused: false },
    ]);
  });

  it('marks what was paused, and a tier that moved meanwhile', () => {
    const flips = [flip(now - 4 * hour, 1, 1, 'pause'), flip(now - 3 * hour, 1, 2, 'auth_error'), flip(now - 2 * hour, 2, 2, 'unpause')];
    expect(stretchesOf(flips, { current_tier: 2, paused: false }, begin, now).map(({ tier, paused }) => [tier, paused])).toEqual([
      [1, false],
      [1, true],
      [2, true],
      [2, false],
    ]);
  });

  it.each([
    ['was paused before when the first thing is an unpause', [flip(now - hour, 2, 2, 'unpause')], onFirst, true],
    ['was paused before when it resumed by itself', [flip(now - hour, 1, 1, 'auto_resume')], onFirst, true],
    ['was not when the first thing is a pause', [flip(now - hour, 1, 1, 'exhausted')], { current_tier: 1, paused: true }, false],
    ['was when it is now and no flip tells', [flip(now - hour, 1, 2, 'quota')], { current_tier: 2, paused: true }, true],
  ])('%s', (_what, flips, state, paused) => {
    expect(stretchesOf(flips, state, begin, now)[0]?.paused).toBe(paused);
  });

  it('takes the first tier from before a flip older than the window', () => {
    expect(stretchesOf([flip(begin - minute, 1, 2, 'quota')], onFirst, begin, now)).toEqual([
      { from: begin, to: now, tier: 2, paused: false },
    ]);
  });

  it('joins flips that change nothing to be seen', () => {
    expect(stretchesOf([flip(now - hour, 1, 1, 'config_changed')], onFirst, begin, now)).toHaveLength(1);
  });
});

it('says the history in words', () => {
  const flips = [flip(now - 6 * hour, 1, 2, 'rate_limit')];
  expect(historyInWords(stretchesOf(flips, onFirst, begin, now))).toBe('① 75 %, ② 25 %, 1 change');
  expect(historyInWords(stretchesOf([], onFirst, begin, now))).toBe('① 100 %');
  expect(historyInWords(stretchesOf([flip(now - minute, 1, 1, 'pause')], onFirst, begin, now))).toBe('paused under 1 %, ① 100 %, 1 change');
});

it('knows since when it is paused', () => {
  expect(pausedSince([flip(1, 1, 1, 'pause'), flip(2, 1, 1, 'unpause'), flip(3, 3, 3, 'exhausted')])).toBe(3);
  expect(pausedSince(undefined)).toBeNull();
});

it('reads a ledger row out of an event and nothing else', () => {
  expect(flipOf(flipEvent(7, 'a', now, 1, 2, 'quota'))).toEqual({ id: 7, ts: now, from: 1, to: 2, kind: 'quota' });
  expect(flipOf({ ...flipEvent(7, 'a', now, 1, 2, 'quota'), detail: { from_tier: '1' } })).toBeNull();
});

describe('the fleet history', () => {
  const first = grown(undefined, providerDay, begin);

  it('sorts a day by agent', () => {
    expect(first.lastId).toBe(47);
    expect(first.flips['designer-default']?.map(({ kind }) => kind)).toEqual(['rate_limit', 'quota', 'exhausted']);
  });

  it('adds the new and keeps the very lists of the others', () => {
    const next = grown(first, [flipEvent(50, 'reviewer-default', now, 2, 1, 'cooldown_reset')], begin);
    expect(next.lastId).toBe(50);
    expect(next.flips['reviewer-default']?.map(({ id }) => id)).toEqual([47, 50]);
    expect(next.flips['designer-default']).toBe(first.flips['designer-default']);
  });

  it('lets go of what is older than a day', () => {
    const next = grown(first, [], begin + 20 * hour);
    expect(next.flips['designer-default']?.map(({ id }) => id)).toEqual([44]);
    expect(Object.keys(next.flips)).toEqual(['designer-default', 'reviewer-b', 'writer-b', 'reviewer-default']);
  });
});
