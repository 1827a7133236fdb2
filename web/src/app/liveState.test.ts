import { describe, expect, it } from 'vitest';
import { tagTypes } from '../api/api';
import { event } from '../testing/liveWorld';
import { next, start, type Effect, type LiveState, type Signal } from './liveState';

const here = { address: '', token: null };
const other = { address: 'http://other:8787', token: null };
const open: LiveState = { backend: here, role: undefined, mode: 'all', link: 'open', heard: 100, failures: 0, lastSign: 0 };
const asking: LiveState = { ...open, link: 'asking', heard: null };
const waiting: LiveState = { ...open, link: 'waiting' };
const glancing: LiveState = { ...asking, mode: 'glances' };
const everything: Effect = { do: 'touch', tags: tagTypes.map((type) => ({ type })) };
const touchesSession: Effect = { do: 'touch', tags: [{ type: 'Session' }] };

const effectsOf = (state: LiveState, signal: Signal, now = 0) => next(state, signal, now).slice(1);
const listen = (after: number, types: string | null = null): Effect => ({ do: 'listen', after, types });
const say = (status: Extract<Effect, { do: 'say' }>['status']): Effect => ({ do: 'say', status });
const tagsTouched = (state: LiveState, signal: Signal) =>
  next(state, signal, 0).flatMap((each) =>
    'do' in each && (each.do === 'touch' || each.do === 'refetch') ? each.tags.map(({ type }) => type) : [],
  );

describe('snapshot and stream', () => {
  it('asks for the fleet and listens behind its snapshot', () => {
    const [first, ...asks] = start(here, false);
    expect(asks).toEqual([{ do: 'ask' }]);
    const [opening, ...effects] = next(first, { is: 'fleet', seq: 100 }, 0);
    expect(effects).toContainEqual(listen(100));
    expect(effectsOf(opening, { is: 'opened' })).toEqual([say('online')]);
  });

  it('repeats requests from before the snapshot: an event may lie between', () => {
    const [first] = start(here, false);
    const touched = tagsTouched(first, { is: 'fleet', seq: 100 });
    expect(touched).toContain('Usage');
    for (const type of ['Agents', 'Health', 'Session', 'Models']) expect(touched).not.toContain(type);
    expect(tagsTouched(asking, { is: 'fleet', seq: 100 })).toEqual(tagTypes.filter((type) => type !== 'Agents'));
  });

  it('takes no event that the snapshot holds, and none twice', () => {
    expect(next(open, { is: 'event', event: event(100) }, 0)).toEqual([open]);
    const [after] = next(open, { is: 'event', event: event(101) }, 0);
    expect(after.heard).toBe(101);
    expect(tagsTouched(open, { is: 'event', event: event(101) })).toContain('Agents');
    expect(effectsOf(after, { is: 'event', event: event(101) })).toEqual([]);
  });

  it('treats everything as stale after a reset, and continues from its id, even a lower one: the database may be older', () => {
    expect(next(open, { is: 'reset', id: 7 }, 0)).toEqual([{ ...open, heard: 7 }, everything]);
  });

  it('asks shortly again when all data was dropped meanwhile, as by signing out', () => {
    expect(effectsOf(asking, { is: 'fleet', seq: undefined })).toEqual([{ do: 'wait', ms: 100 }]);
  });
});

describe('a broken connection', () => {
  it('is opened again behind the last event heard, and everything is fetched again', () => {
    const [lost, ...effects] = next(open, { is: 'lost', status: undefined }, 0);
    expect(effects).toEqual([{ do: 'wait', ms: 1000 }, say('reconnecting')]);
    const [again, ...opens] = next(lost, { is: 'due' }, 0);
    expect(opens).toEqual([listen(100)]);
    expect(effectsOf(again, { is: 'opened' })).toEqual([say('online'), everything]);
  });

  it('is tried less and less often, and said to be offline, until it has been open', () => {
    let state = open;
    const waits: Effect[] = [];
    for (let i = 0; i < 7; i += 1) {
      const [lost, wait] = next(state, { is: 'lost', status: undefined }, 0);
      waits.push(wait!);
      [state] = next(lost, { is: 'due' }, 0);
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000, 15_000].map((ms) => ({ do: 'wait', ms })));
    expect(effectsOf(state, { is: 'lost', status: 503 })).toContainEqual(say('offline'));
    [state] = next(state, { is: 'opened' }, 0);
    expect(effectsOf(state, { is: 'lost', status: undefined })).toContainEqual({ do: 'wait', ms: 1000 });
  });

  it('is tried at once when the machine has a network again, or the page is looked at', () => {
    expect(next({ ...waiting, failures: 5 }, { is: 'network' }, 0)).toEqual([{ ...open, link: 'reopening' }, listen(100)]);
    expect(effectsOf(waiting, { is: 'shown' })).toContainEqual({ do: 'ask' });
  });

  it('is noticed by its silence, as after the machine slept', () => {
    const [heard] = next(open, { is: 'alive' }, 15_000);
    expect(next(heard, { is: 'pulse' }, 55_000)).toEqual([heard]);
    expect(effectsOf(heard, { is: 'pulse' }, 55_001)).toEqual([listen(100), say('reconnecting')]);
    expect(effectsOf(waiting, { is: 'pulse' }, 3_600_000)).toEqual([]);
  });

  it('is not suspected when the clock is set back, but still noticed later', () => {
    const [state, ...effects] = next({ ...open, lastSign: 3_600_000 }, { is: 'pulse' }, 5_000);
    expect(effects).toEqual([]);
    expect(effectsOf(state, { is: 'pulse' }, 45_001)).toContainEqual(listen(100));
  });
});

describe('a daemon that refuses', () => {
  it('is said to be offline without a snapshot, and asked again', () => {
    const [lost, ...effects] = next(asking, { is: 'lost', status: undefined }, 0);
    expect(effects).toEqual([{ do: 'wait', ms: 1000 }, say('offline')]);
    expect(effectsOf(lost, { is: 'due' })).toEqual([{ do: 'ask' }]);
  });

  it.each([open, asking])('needs a token: it is asked again rarely', (state) => {
    expect(effectsOf(state, { is: 'lost', status: 401 })).toEqual([{ do: 'wait', ms: 15_000 }, say('denied')]);
  });
});

describe('a page that nobody looks at', () => {
  it('waits for its turn after a while, and glances at the fleet until then', () => {
    expect(effectsOf(open, { is: 'hidden' })).toEqual([{ do: 'hideAfter', ms: 15_000 }]);
    const [hidden, ...effects] = next(open, { is: 'longHidden' }, 0);
    expect(effects).toEqual([{ do: 'wait', ms: 60_000 }, { do: 'takeTurn' }]);
    expect(effectsOf(hidden, { is: 'due' })).toEqual([{ do: 'ask' }]);
  });

  it('says what its glances see, and keeps no connection', () => {
    const minute: Effect = { do: 'wait', ms: 60_000 };
    expect(effectsOf(glancing, { is: 'fleet', seq: 200 })).toEqual([minute, say('online')]);
    expect(effectsOf(glancing, { is: 'lost', status: undefined })).toEqual([minute, say('offline')]);
    expect(effectsOf(glancing, { is: 'lost', status: 401 })).toEqual([minute, say('denied')]);
    expect(effectsOf(glancing, { is: 'network' })).toEqual([{ do: 'ask' }]);
  });

  it('listens for its title when it has its turn, and fetches nothing but the fleet', () => {
    const [titled, ...effects] = next({ ...waiting, mode: 'glances' }, { is: 'turn' }, 0);
    expect(effects).toEqual([listen(100, 'provider.*')]);
    expect(tagsTouched(titled, { is: 'event', event: event(130, 'rollout.attempt_finished') })).toEqual(['Agents']);
  });

  it('catches up from a new snapshot when it is seen again', () => {
    const [seen, ...effects] = next({ ...open, mode: 'title' }, { is: 'shown' }, 0);
    expect(seen).toMatchObject({ mode: 'all', heard: null });
    expect(effects).toEqual([{ do: 'ask' }, { do: 'hideAfter', ms: null }, { do: 'leaveTurn' }]);
  });

  it('keeps its stream when it was hidden for a moment, and asks who is signed in: another tab may have changed that', () => {
    expect(effectsOf(open, { is: 'shown' })).toEqual([{ do: 'hideAfter', ms: null }, touchesSession]);
  });

  it('that was opened unseen has its title at once', () => {
    const [state, ...effects] = start(here, true);
    expect(state.mode).toBe('glances');
    expect(effects).toEqual([{ do: 'ask' }, { do: 'takeTurn' }]);
  });
});

describe('another daemon', () => {
  it("drops the former one's fleet, and what was known of it", () => {
    const [state, ...effects] = next({ ...open, role: 'operator' }, { is: 'store', backend: other, role: 'operator' }, 0);
    expect(effects).toEqual([{ do: 'wait', ms: 0 }, { do: 'forget' }, say('connecting')]);
    expect(state).toMatchObject({ role: undefined, heard: null });
    expect(effectsOf(state, { is: 'due' })).toEqual([{ do: 'ask' }]);
  });

  it('may know this operator where the former one did not', () => {
    const [state, ...effects] = next({ ...open, backend: other }, { is: 'store', backend: other, role: null }, 0);
    expect(effects).toEqual([]);
    expect(state.role).toBeNull();
  });

  it('is asked again when a token for it comes', () => {
    const signal: Signal = { is: 'store', backend: { ...other, token: 'secret' }, role: undefined };
    expect(effectsOf({ ...open, backend: other }, signal)).toEqual([{ do: 'ask' }]);
  });
});

describe('who is signed in', () => {
  it.each([
    [null, 'operator'],
    ['operator', null],
    ['operator', 'viewer'],
  ] as const)('%s, then %s: other answers are given now', (before, after) => {
    expect(effectsOf({ ...open, role: before }, { is: 'store', backend: here, role: after })).toEqual([{ do: 'ask' }]);
  });

  it('is remembered while the session is asked for again', () => {
    const state: LiveState = { ...open, role: 'operator' };
    expect(next(state, { is: 'store', backend: here, role: undefined }, 0)).toEqual([state]);
  });

  it('is asked for when another tab signs in; when it signs out, all data is dropped', () => {
    expect(effectsOf(open, { is: 'otherTab', signedIn: true })).toEqual([touchesSession]);
    expect(effectsOf(open, { is: 'otherTab', signedIn: false })).toEqual([{ do: 'forget' }]);
    expect(effectsOf({ ...open, backend: other }, { is: 'otherTab', signedIn: false })).toEqual([]);
  });

  it('is asked for when a call is refused: the session may have ended', () => {
    expect(effectsOf({ ...open, role: 'operator' }, { is: 'unauthorized' })).toEqual([touchesSession]);
    expect(effectsOf({ ...open, role: null }, { is: 'unauthorized' })).toEqual([]);
    expect(effectsOf(open, { is: 'unauthorized' })).toEqual([]);
  });
});
