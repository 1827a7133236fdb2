import { api } from '../api/api';
import { onUnauthorized, type Backend } from '../api/backend';
import { fleetApi } from '../api/fleetApi';
import { roleOf } from '../api/role';
import { sessionKey } from '../api/sessionSecret';
import { connectionChanged, eventsHeard } from '../shared/state';
import { openEventStream, type OpenStream } from './eventStream';
import { takeTurn, type Locks } from './hiddenTurn';
import { next, start, type Effect, type LinkEffect, type Signal, type Step } from './liveState';
import { createRefetcher } from './refetcher';
import type { AppStore } from './store';

interface Options {
  open?: OpenStream;
  page?: Pick<Document, 'hidden' | 'addEventListener' | 'removeEventListener'>;
  /** Says `online` when the machine has a network again, and `storage` when another tab signed in or out. */
  network?: Pick<Window, 'addEventListener' | 'removeEventListener'>;
  /** Undefined where the page came neither from this machine nor over https. */
  locks?: Locks | undefined;
}

type Take = (signal: Signal) => void;

const pulseMs = 5_000;
const gatherMs = 100;

/** Waits, asks or listens; returns how to end that. */
function begin(effect: LinkEffect, store: AppStore, backend: Backend, open: OpenStream, take: Take): () => void {
  if (effect.do === 'wait') {
    const timer = setTimeout(() => take({ is: 'due' }), effect.ms);
    return () => clearTimeout(timer);
  }
  if (effect.do === 'ask') {
    void store
      .dispatch(fleetApi.endpoints.getFleet.initiate(undefined, { forceRefetch: true, subscribe: false }))
      .then(({ data, error }) => {
        if (error === undefined) take({ is: 'fleet', seq: data?.seq });
        else take({ is: 'lost', status: 'status' in error ? error.status : undefined });
      });
    return () => {};
  }
  return open(backend, effect.after, effect.types, {
    onOpen: () => take({ is: 'opened' }),
    onAlive: () => take({ is: 'alive' }),
    onEvent: (event) => take({ is: 'event', event }),
    onReset: (id) => take({ is: 'reset', id }),
    onLost: (status) => take({ is: 'lost', status }),
  });
}

/** The one event stream of the page: carries out what liveState.ts decides. */
export function startLiveUpdates(store: AppStore, options: Options = {}): () => void {
  const { open = openEventStream, page = document, network = window } = options;
  const locks = 'locks' in options ? options.locks : navigator.locks;
  const first = start(store.getState().backend, page.hidden);
  let [state] = first;
  let endLink = () => {};
  let leaveTurn = () => {};
  let hideTimer: ReturnType<typeof setTimeout> | undefined;

  const refetcher = createRefetcher(store, gatherMs, () => {
    const { heard } = state;
    if (heard !== null && heard !== store.getState().connection.lastEventId) store.dispatch(eventsHeard(heard));
  });

  const carryOut = (effect: Effect) => {
    switch (effect.do) {
      case 'wait':
      case 'ask':
      case 'listen': {
        endLink();
        let isEnded = false;
        const end = begin(effect, store, state.backend, open, (signal) => {
          if (!isEnded) take(signal);
        });
        endLink = () => {
          isEnded = true;
          end();
        };
        break;
      }
      case 'say':
        if (store.getState().connection.status !== effect.status) store.dispatch(connectionChanged(effect.status));
        break;
      case 'touch':
        refetcher.add(effect.tags);
        break;
      case 'refetch':
        store.dispatch(api.util.invalidateTags(effect.tags));
        break;
      case 'forget':
        store.dispatch(api.util.resetApiState());
        break;
      case 'hideAfter':
        clearTimeout(hideTimer);
        if (effect.ms !== null) hideTimer = setTimeout(() => take({ is: 'longHidden' }), effect.ms);
        break;
      case 'takeTurn':
        leaveTurn = takeTurn(locks, () => take({ is: 'turn' }));
        break;
      case 'leaveTurn':
        leaveTurn();
        break;
    }
  };
  const follow = ([stateNow, ...effects]: Step) => {
    state = stateNow;
    effects.forEach(carryOut);
  };
  const take: Take = (signal) => follow(next(state, signal, Date.now()));

  const unsubscribe = store.subscribe(() => {
    const { data: session } = fleetApi.endpoints.getSession.select()(store.getState());
    take({ is: 'store', backend: store.getState().backend, role: session === undefined ? undefined : roleOf(session) });
  });
  const stopHearing = onUnauthorized(() => take({ is: 'unauthorized' }));
  const pulse = setInterval(() => take({ is: 'pulse' }), pulseMs);
  const listeners = new AbortController();
  const { signal } = listeners;
  page.addEventListener('visibilitychange', () => take({ is: page.hidden ? 'hidden' : 'shown' }), { signal });
  network.addEventListener('online', () => take({ is: 'network' }), { signal });
  network.addEventListener(
    'storage',
    ({ key, newValue }) => {
      if (key === sessionKey || key === null) take({ is: 'otherTab', signedIn: newValue !== null });
    },
    { signal },
  );
  follow(first);

  return () => {
    endLink();
    leaveTurn();
    refetcher.stop();
    clearTimeout(hideTimer);
    clearInterval(pulse);
    listeners.abort();
    stopHearing();
    unsubscribe();
  };
}
