import { tagTypes, type TagType } from '../api/api';
import type { Backend } from '../api/backend';
import type { Tag } from '../api/missedInvalidations';
import type { Role } from '../api/role';
import type { Envelope } from '../api/types';
import type { ConnectionStatus } from '../shared/state';
import { tagsOf } from './eventTags';

/** The daemon writes at least every 15 s. */
const silentMs = 40_000;
const firstRetryMs = 1_000;
const longestRetryMs = 15_000;
const glanceMs = 60_000;
/** After this time a hidden page listens only for its title, or polls now and then. */
const hideAfterMs = 15_000;
const shortlyMs = 100;

const all: Tag[] = tagTypes.map((type) => ({ type }));
const without = (...types: TagType[]) => all.filter(({ type }) => !types.includes(type));
const besidesTheFleet = without('Agents');
const touchedByEvents = without('Agents', 'Health', 'Session', 'Models');
const session: Tag[] = [{ type: 'Session' }];

export interface LiveState {
  backend: Backend;
  /** Undefined while it is not known. */
  role: Role | null | undefined;
  /** A hidden page needs only its title: from a narrow stream or, while another page has that, from an occasional poll. */
  mode: 'all' | 'title' | 'glances';
  /** `starting` and `asking` wait for the fleet's snapshot, for the first time or again; `reopening` continues after `heard`. */
  link: 'waiting' | 'starting' | 'asking' | 'opening' | 'reopening' | 'open';
  /** The last event of the snapshot or stream; null when only a new snapshot will do. */
  heard: number | null;
  failures: number;
  lastSign: number;
}

export type Signal =
  | { is: 'store'; backend: Backend; role: Role | null | undefined }
  /** The snapshot's last event; undefined when all data was dropped meanwhile, for example by signing out. */
  | { is: 'fleet'; seq: number | undefined }
  | { is: 'opened' }
  | { is: 'alive' }
  | { is: 'event'; event: Envelope }
  | { is: 'reset'; id: number }
  /** The stream or the request for the fleet failed: with the HTTP status, if there was a response. */
  | { is: 'lost'; status: number | undefined }
  | { is: 'due' }
  | { is: 'pulse' }
  | { is: 'shown' }
  | { is: 'hidden' }
  | { is: 'longHidden' }
  | { is: 'turn' }
  | { is: 'network' }
  /** Another tab signed in or out. */
  | { is: 'otherTab'; signedIn: boolean }
  | { is: 'unauthorized' };

/** Each replaces the one before, which gives no more signals. */
export type LinkEffect = { do: 'wait'; ms: number } | { do: 'ask' } | { do: 'listen'; after: number; types: string | null };
export type Effect =
  | LinkEffect
  | { do: 'say'; status: ConnectionStatus }
  /** These snapshots are stale: fetched again soon, or at once. */
  | { do: 'touch' | 'refetch'; tags: Tag[] }
  | { do: 'forget' }
  /** Null: never. */
  | { do: 'hideAfter'; ms: number | null }
  | { do: 'takeTurn' | 'leaveTurn' };

export type Step = readonly [LiveState, ...Effect[]];

/** The rest is fetched when the page is visible again. */
const wanted = ({ mode }: LiveState, tags: Tag[]) => (mode === 'all' ? tags : tags.filter(({ type }) => type === 'Agents'));
const touch = (state: LiveState, tags: Tag[]): Effect => ({ do: 'touch', tags: wanted(state, tags) });

const wait = (state: LiveState, ms: number, ...effects: Effect[]): Step => [{ ...state, link: 'waiting' }, { do: 'wait', ms }, ...effects];
/** Requests a new snapshot. */
const ask = (state: LiveState, ...effects: Effect[]): Step => [{ ...state, link: 'asking' }, { do: 'ask' }, ...effects];
const listen = (state: LiveState, link: 'opening' | 'reopening', after: number, now: number): Step => [
  { ...state, link, heard: after, lastSign: now },
  { do: 'listen', after, types: state.mode === 'all' ? null : 'provider.*' },
];
const resume = (state: LiveState, now: number): Step =>
  state.mode === 'glances' || state.heard === null ? ask(state) : listen(state, 'reopening', state.heard, now);

export function start(backend: Backend, isHidden: boolean): Step {
  const state: LiveState = { backend, role: undefined, mode: 'all', link: 'starting', heard: null, failures: 0, lastSign: 0 };
  // A page opened in a background tab has its title at once.
  return isHidden ? ask({ ...state, mode: 'glances' }, { do: 'takeTurn' }) : [state, { do: 'ask' }];
}

function answered(state: LiveState, seq: number | undefined, now: number): Step {
  if (state.mode === 'glances') return wait(state, glanceMs, { do: 'say', status: 'online' });
  if (seq === undefined) return wait(state, shortlyMs);
  // Responses from before the snapshot may be older than the stream's beginning; requests from now on are recent enough.
  const old = state.link === 'starting' ? touchedByEvents : besidesTheFleet;
  return [...listen(state, 'opening', seq, now), { do: 'refetch', tags: wanted(state, old) }];
}

function lost(state: LiveState, httpStatus: number | undefined): Step {
  const status = httpStatus === 401 ? 'denied' : state.link === 'open' ? 'reconnecting' : 'offline';
  if (state.mode === 'glances') return wait(state, glanceMs, { do: 'say', status });
  const ms = httpStatus === 401 ? longestRetryMs : Math.min(longestRetryMs, firstRetryMs * 2 ** state.failures);
  return wait({ ...state, failures: state.failures + 1 }, ms, { do: 'say', status });
}

const isListening = ({ link }: LiveState) => link === 'opening' || link === 'reopening' || link === 'open';

/** A connection may die silently, for example while the machine sleeps. */
function feelPulse(state: LiveState, now: number): Step {
  // The clock may be set back.
  const lastSign = Math.min(state.lastSign, now);
  if (!isListening(state) || now - lastSign <= silentMs) return [{ ...state, lastSign }];
  return [...resume(state, now), { do: 'say', status: 'reconnecting' }];
}

function shown(state: LiveState, now: number): Step {
  const stay: Effect = { do: 'hideAfter', ms: null };
  if (state.mode !== 'all' || !isListening(state)) {
    return ask({ ...state, mode: 'all', heard: null }, stay, { do: 'leaveTurn' });
  }
  // Another tab may have signed in or out.
  return [...feelPulse(state, now), stay, touch(state, session)];
}

function onStore(former: LiveState, backend: Backend, role: LiveState['role']): Step {
  if (former.backend.address !== backend.address) {
    // Another daemon's fleet must not be shown for this one's. The components have to see that there is no data before
    // the next request begins, or they keep the old data.
    const state = { ...former, backend, role: undefined, heard: null };
    return wait(state, 0, { do: 'forget' }, { do: 'say', status: 'connecting' });
  }
  const state = { ...former, backend, role: role === undefined ? former.role : role };
  const hasOtherRole = former.role !== undefined && former.role !== state.role;
  // Signed in or out, here or in another tab: the responses differ now.
  return former.backend.token !== backend.token || hasOtherRole ? ask({ ...state, heard: null }) : [state];
}

/**
 * The law: snapshot(seq) + events after seq = state. The stream starts after the fleet's snapshot; an event makes the
 * snapshots that it touches stale, and they are fetched again; so is everything after a gap in the stream: a `reset`,
 * a broken connection (another daemon may answer next), a sleep.
 */
export function next(state: LiveState, signal: Signal, now: number): Step {
  switch (signal.is) {
    case 'store':
      return onStore(state, signal.backend, signal.role);
    case 'fleet':
      return answered(state, signal.seq, now);
    case 'opened': {
      const again = state.link === 'reopening' ? [touch(state, all)] : [];
      return [{ ...state, link: 'open', failures: 0 }, { do: 'say', status: 'online' }, ...again];
    }
    case 'alive':
      return [{ ...state, lastSign: now }];
    case 'event':
      if (state.heard === null || signal.event.id <= state.heard) return [state];
      return [{ ...state, heard: signal.event.id }, touch(state, tagsOf(signal.event))];
    case 'reset':
      return [{ ...state, heard: signal.id }, touch(state, all)];
    case 'lost':
      return lost(state, signal.status);
    case 'due':
      return resume(state, now);
    case 'pulse':
      return feelPulse(state, now);
    case 'shown':
      return shown(state, now);
    case 'hidden':
      return [state, { do: 'hideAfter', ms: hideAfterMs }];
    case 'longHidden':
      return wait({ ...state, mode: 'glances' }, glanceMs, { do: 'takeTurn' });
    case 'turn':
      return resume({ ...state, mode: 'title' }, now);
    case 'network':
      return resume({ ...state, failures: 0 }, now);
    case 'otherTab':
      if (state.backend.address !== '') return [state];
      // What only the operator may read does not stay here after signing out in another tab.
      return [state, signal.signedIn ? touch(state, session) : { do: 'forget' }];
    case 'unauthorized':
      return [state, ...(state.role == null ? [] : [touch(state, session)])];
  }
}
