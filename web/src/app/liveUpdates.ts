import { EventSource } from 'eventsource';
import { api, tagTypes } from '../api/api';
import { backendFetch, urlOf, type Backend } from '../api/backend';
import { fleetApi } from '../api/fleetApi';
import type { Envelope } from '../api/types';
import { connectionChanged, eventSeen, type ConnectionStatus } from '../shared/state';
import { tagsOf, type Tag } from './eventTags';
import type { AppStore } from './store';

export interface StreamHandlers {
  onOpen: () => void;
  onEvent: (event: Envelope) => void;
  onReset: (id: number) => void;
  /** It is tried again unless the status is 401. */
  onLost: (status: number | undefined) => void;
}

/** Opens the stream after event `after`; the answer closes it. */
export type OpenStream = (backend: Backend, after: number, types: string | null, handlers: StreamHandlers) => () => void;

export const families = ['container', 'provider', 'rollout', 'config', 'worker', 'resources'];

const eventTypes = [
  ...['lazy_started', 'lazy_stopped', 'lazy_start_failed', 'lazy_stop_failed', 'crashed', 'adopted', 'draining', 'recreated'].map((name) => `container.${name}`),
  ...['drift_detected', 'orphan_found', 'engine_unreachable', 'engine_recovered'].map((name) => `container.${name}`),
  ...['failover', 'reset', 'paused', 'resumed'].map((name) => `provider.${name}`),
  ...['enqueued', 'attempt_started', 'attempt_finished', 'finished'].map((name) => `rollout.${name}`),
  'config.changed',
  'worker.stale',
];

export const openEventSource: OpenStream = (backend, after, types, handlers) => {
  const query = new URLSearchParams({ after: String(after), ...(types === null ? {} : { types }) });
  const url = new URL(urlOf(backend, `/events?${query.toString()}`), location.href);
  const source = new EventSource(url, {
    fetch: (input, init) => {
      const { headers } = init;
      return backendFetch({ ...backend, address: '' }, String(input), {
        ...init,
        headers: backend.token !== null && backend.address !== '' ? { ...headers, Authorization: `Bearer ${backend.token}` } : headers,
      });
    },
  });
  source.addEventListener('open', handlers.onOpen);
  source.addEventListener('error', (event) => handlers.onLost(event.code));
  source.addEventListener('reset', (event) => handlers.onReset(Number(event.lastEventId)));
  for (const type of eventTypes) {
    source.addEventListener(type, (event) => handlers.onEvent(JSON.parse(String(event.data)) as Envelope));
  }
  return () => source.close();
};

interface Options {
  open?: OpenStream;
  page?: Pick<Document, 'hidden' | 'addEventListener' | 'removeEventListener'>;
  /** Events within this time lead to one refetch. */
  gatherMs?: number;
  /** A hidden page keeps the narrow stream only, after this time. */
  hideAfterMs?: number;
}

/**
 * The one event stream of the page. The law: snapshot(seq) + events after seq = state. The stream starts after the fleet's
 * snapshot; each event makes the snapshots it touches old, and they are fetched anew; what the stream can no longer tell
 * (`reset`) makes all of them old. A hidden page listens to provider.* alone, for the title's sake, and catches up when seen.
 */
export function startLiveUpdates(store: AppStore, options: Options = {}): () => void {
  const { open = openEventSource, page = document, gatherMs = 100, hideAfterMs = 15_000 } = options;
  let close: (() => void) | null = null;
  let full = 0; // everything up to this event has been heard on the full stream
  let last = 0; // the newest event heard at all
  let narrow = false;
  let pending = new Map<string, Tag>();
  let flushTimer: ReturnType<typeof setTimeout> | undefined;
  let hideTimer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  let backend = store.getState().backend;

  const say = (status: ConnectionStatus) => {
    if (store.getState().connection.status !== status) store.dispatch(connectionChanged(status));
  };
  const flush = () => {
    flushTimer = undefined;
    const tags = [...pending.values()];
    pending = new Map();
    store.dispatch(api.util.invalidateTags(tags));
  };
  const gather = (tags: Tag[]) => {
    for (const tag of tags) pending.set(`${tag.type}/${tag.id ?? ''}`, tag);
    if (pending.size > 0) flushTimer ??= setTimeout(flush, gatherMs);
  };
  const everything = () => gather(tagTypes.map((type) => ({ type })));

  const connect = (after: number) => {
    close?.();
    let lost = false;
    const unless = (body: () => void) => () => {
      if (!stopped) body();
    };
    close = open(backend, after, narrow ? 'provider.*' : null, {
      onOpen: unless(() => {
        say('online');
        if (lost) gather([{ type: 'Health' }, { type: 'Session' }]);
        lost = false;
      }),
      onEvent: (event) => {
        if (stopped || event.id <= (narrow ? last : full)) return;
        last = Math.max(last, event.id);
        if (!narrow) full = event.id;
        store.dispatch(eventSeen(event.id));
        gather(tagsOf(event));
      },
      onReset: (id) => {
        if (stopped) return;
        last = full = Number.isFinite(id) ? id : last;
        everything();
      },
      onLost: (status) => {
        if (stopped) return;
        lost = true;
        if (status === 401) {
          say('denied');
          close?.();
          close = null;
        } else {
          say(status === undefined ? 'reconnecting' : 'offline');
          if (status === 204 || (status !== undefined && status >= 400)) retryLater();
        }
      },
    });
  };

  // The stream's own client gives up for good on an HTTP error; a daemon behind a restarting proxy comes back.
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  const retryLater = () => {
    clearTimeout(retryTimer);
    retryTimer = setTimeout(() => !stopped && connect(full), 3000);
  };

  const begin = async () => {
    close?.();
    close = null;
    full = last = 0;
    say('connecting');
    const mine = backend;
    const snapshot = store.dispatch(fleetApi.endpoints.getFleet.initiate(undefined, { forceRefetch: true, subscribe: true }));
    const { data, error } = await snapshot;
    if (stopped || mine !== backend) return snapshot.unsubscribe();
    if (data === undefined || error !== undefined) {
      snapshot.unsubscribe();
      say(error !== undefined && 'status' in error && error.status === 401 ? 'denied' : 'offline');
      clearTimeout(retryTimer);
      retryTimer = setTimeout(() => !stopped && mine === backend && void begin(), 3000);
      return;
    }
    full = last = data.seq;
    connect(full);
  };

  const onVisibility = () => {
    clearTimeout(hideTimer);
    if (page.hidden) {
      hideTimer = setTimeout(() => {
        narrow = true;
        if (close) connect(last);
      }, hideAfterMs);
    } else if (narrow) {
      narrow = false;
      if (close) connect(full);
    }
  };

  const unsubscribe = store.subscribe(() => {
    const next = store.getState().backend;
    if (next === backend) return;
    backend = next;
    void begin();
  });
  page.addEventListener('visibilitychange', onVisibility);
  void begin();

  return () => {
    stopped = true;
    for (const timer of [flushTimer, hideTimer, retryTimer]) clearTimeout(timer);
    page.removeEventListener('visibilitychange', onVisibility);
    unsubscribe();
    close?.();
  };
}
