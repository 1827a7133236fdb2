import { api, tagTypes, type TagType } from '../api/api';
import { onUnauthorized } from '../api/backend';
import { fleetApi } from '../api/fleetApi';
import type { Tag } from '../api/missedInvalidations';
import { roleOf, type Role } from '../api/role';
import { sessionKey } from '../api/sessionSecret';
import { connectionChanged, eventsHeard, type ConnectionStatus } from '../shared/state';
import { openEventStream, type OpenStream } from './eventStream';
import { tagsOf } from './eventTags';
import { takeTurn, type Locks } from './hiddenTurn';
import { createRefetcher } from './refetcher';
import type { AppStore } from './store';

interface Options {
  open?: OpenStream;
  page?: Pick<Document, 'hidden' | 'addEventListener' | 'removeEventListener'>;
  /** Says `online` when the machine has a network again, and `storage` when another tab signed in or out. */
  network?: Pick<Window, 'addEventListener' | 'removeEventListener'>;
  /** Missing where the page came neither from this machine nor by https. */
  locks?: Locks | undefined;
  /** Events within this time lead to one refetch. */
  gatherMs?: number;
  /** After this time a hidden page listens for little, or now and then only. */
  hideAfterMs?: number;
}

const pulseMs = 5_000;
/** The daemon writes at least every 15 s. */
const silentMs = 40_000;
const firstRetryMs = 1_000;
const longestRetryMs = 15_000;
const glanceMs = 60_000;

const all: Tag[] = tagTypes.map((type) => ({ type }));
const without = (...types: TagType[]) => all.filter(({ type }) => !types.includes(type));
const besidesTheFleet = without('Agents');
const touchedByEvents = without('Agents', 'Health', 'Session', 'Models');

/**
 * The one event stream of the page. The law: snapshot(seq) + events after seq = state. The stream starts behind the
 * fleet's snapshot; an event makes the snapshots that it touches old, and they are fetched again; so is everything after
 * what the stream cannot tell: a `reset`, a broken connection (the daemon behind it may be another one), a sleep.
 */
export function startLiveUpdates(store: AppStore, options: Options = {}): () => void {
  const { open = openEventStream, page = document, network = window, gatherMs = 100, hideAfterMs = 15_000 } = options;
  const locks = 'locks' in options ? options.locks : navigator.locks;
  let close: (() => void) | null = null;
  /** What an older connection or snapshot still says is not heard. */
  let epoch = 0;
  let heard: number | null = null;
  /** A page that nobody looks at needs its title: by a narrow stream, or where others have that by a glance now and then. */
  let mode: 'all' | 'title' | 'glances' = 'all';
  let leaveTurn = () => {};
  let failures = 0;
  let lastSign = 0;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let hideTimer: ReturnType<typeof setTimeout> | undefined;
  let { backend } = store.getState();
  /** Undefined while it is not known. */
  let role: Role | null | undefined;

  const say = (status: ConnectionStatus) => {
    if (store.getState().connection.status !== status) store.dispatch(connectionChanged(status));
  };
  const refetcher = createRefetcher(store, gatherMs, () => {
    if (heard !== null && heard !== store.getState().connection.lastEventId) store.dispatch(eventsHeard(heard));
  });
  /** The rest is fetched when it is looked at. */
  const wanted = (tags: Tag[]) => (mode === 'all' ? tags : tags.filter(({ type }) => type === 'Agents'));
  const touch = (tags: Tag[]) => refetcher.add(wanted(tags));

  const hangUp = () => {
    epoch += 1;
    clearTimeout(retryTimer);
    close?.();
    close = null;
    lastSign = Date.now();
    return epoch;
  };

  const lost = (status: number | undefined, wasOpen: boolean) => {
    hangUp();
    say(status === 401 ? 'denied' : wasOpen ? 'reconnecting' : 'offline');
    const wait = status === 401 ? longestRetryMs : Math.min(longestRetryMs, firstRetryMs * 2 ** failures);
    failures += 1;
    retryTimer = setTimeout(resume, wait);
  };

  const connect = (after: number, isAgain: boolean) => {
    const mine = hangUp();
    let isOpen = false;
    heard = after;
    close = open(backend, after, mode === 'all' ? null : 'provider.*', {
      onOpen: () => {
        if (mine !== epoch) return;
        isOpen = true;
        failures = 0;
        say('online');
        if (isAgain) touch(all);
      },
      onAlive: () => {
        if (mine === epoch) lastSign = Date.now();
      },
      onEvent: (event) => {
        if (mine !== epoch || heard === null || event.id <= heard) return;
        heard = event.id;
        touch(tagsOf(event));
      },
      onReset: (id) => {
        if (mine !== epoch) return;
        heard = Number.isFinite(id) ? id : after;
        touch(all);
      },
      onLost: (status) => {
        if (mine === epoch) lost(status, isOpen);
      },
    });
  };

  const look = () => store.dispatch(fleetApi.endpoints.getFleet.initiate(undefined, { forceRefetch: true, subscribe: false }));

  /** From a new snapshot. What was asked before it came may be older than the stream's beginning: that is asked again. */
  const begin = async (old: Tag[] = besidesTheFleet) => {
    const mine = hangUp();
    heard = null;
    const { data, error } = await look();
    if (mine !== epoch) return;
    if (error !== undefined) return lost('status' in error ? error.status : undefined, false);
    if (data === undefined) {
      // All data was dropped meanwhile, as by signing out.
      retryTimer = setTimeout(resume, gatherMs);
      return;
    }
    connect(data.seq, false);
    // At once: what is asked from now on is young enough.
    store.dispatch(api.util.invalidateTags(wanted(old)));
  };

  const glance = async () => {
    const mine = hangUp();
    const { error } = await look();
    if (mine !== epoch) return;
    say(error === undefined ? 'online' : 'status' in error && error.status === 401 ? 'denied' : 'offline');
    retryTimer = setTimeout(resume, glanceMs);
  };

  const resume = () => {
    if (mode === 'glances') void glance();
    else if (heard === null) void begin();
    else connect(heard, true);
  };

  const hide = () => {
    mode = 'glances';
    hangUp();
    retryTimer = setTimeout(resume, glanceMs);
    leaveTurn = takeTurn(locks, () => {
      mode = 'title';
      resume();
    });
  };

  const feelPulse = () => {
    const silence = Date.now() - lastSign;
    if (silence < 0) lastSign = Date.now();
    if (close !== null && silence > silentMs) {
      say('reconnecting');
      resume();
    }
  };

  const onVisibility = () => {
    clearTimeout(hideTimer);
    if (page.hidden) {
      hideTimer = setTimeout(hide, hideAfterMs);
    } else if (mode !== 'all' || close === null) {
      leaveTurn();
      mode = 'all';
      void begin();
    } else {
      // Another tab may have signed in or out.
      touch([{ type: 'Session' }]);
      feelPulse();
    }
  };
  const onNetwork = () => {
    failures = 0;
    resume();
  };
  const onStorage = ({ key, newValue }: StorageEvent) => {
    if (backend.address !== '' || (key !== sessionKey && key !== null)) return;
    // Signed out in another tab: what was shown to the operator does not stay in this one.
    if (newValue === null) store.dispatch(api.util.resetApiState());
    else touch([{ type: 'Session' }]);
  };
  const onRefusal = () => {
    if (role != null) touch([{ type: 'Session' }]);
  };

  const onState = () => {
    const state = store.getState();
    const formerRole = role;
    const { data: session } = fleetApi.endpoints.getSession.select()(state);
    if (session !== undefined) role = roleOf(session);
    const before = backend;
    backend = state.backend;
    if (before.address !== backend.address) {
      hangUp();
      heard = null;
      // Another daemon's fleet must not be shown for this one's.
      store.dispatch(api.util.resetApiState());
      role = undefined;
      say('connecting');
      // The components see that there is nothing before there is something on its way, or else they keep what they had.
      retryTimer = setTimeout(resume);
    } else if (before.token !== backend.token || (formerRole !== undefined && formerRole !== role)) {
      // Signed in or out, here or in another tab: other answers are given now.
      heard = null;
      resume();
    }
  };

  const unsubscribe = store.subscribe(onState);
  const pulse = setInterval(feelPulse, pulseMs);
  page.addEventListener('visibilitychange', onVisibility);
  network.addEventListener('online', onNetwork);
  network.addEventListener('storage', onStorage);
  const stopHearing = onUnauthorized(onRefusal);
  if (page.hidden) {
    // Opened behind another tab.
    hide();
    void glance();
  } else {
    void begin(touchedByEvents);
  }

  return () => {
    hangUp();
    leaveTurn();
    refetcher.stop();
    clearTimeout(hideTimer);
    clearInterval(pulse);
    page.removeEventListener('visibilitychange', onVisibility);
    network.removeEventListener('online', onNetwork);
    network.removeEventListener('storage', onStorage);
    stopHearing();
    unsubscribe();
  };
}
