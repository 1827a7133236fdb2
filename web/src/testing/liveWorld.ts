import { vi } from 'vitest';
import { api } from '../api/api';
import { fleetApi } from '../api/fleetApi';
import type { OpenStream, StreamHandlers } from '../app/eventStream';
import type { Locks } from '../app/hiddenTurn';
import { startLiveUpdates } from '../app/liveUpdates';
import { createStore, type AppStore } from '../app/store';
import { fleet, health, started, usage } from './fixtures';

interface Connection extends StreamHandlers {
  address: string;
  after: number;
  types: string | null;
  closed: boolean;
}

class Page extends EventTarget {
  hidden = false;
  show(seen: boolean) {
    this.hidden = !seen;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

/** The browser's locks: held by one at a time. */
class FakeLocks implements Locks {
  private queue: { signal: AbortSignal; held: () => Promise<void> }[] = [];
  private isHeld = false;

  request = async (_name: string, { signal }: { signal: AbortSignal }, held: () => Promise<void>) => {
    this.queue.push({ signal, held });
    await Promise.resolve();
    if (this.isHeld) return;
    this.isHeld = true;
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) if (!next.signal.aborted) await next.held();
    this.isHeld = false;
  };
}

export const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

export function event(id: number, type = 'provider.failover') {
  return { ...started, id, type };
}

/** A page with its live updates, a clock that the test controls, and a daemon that answers without a network. */
export class LiveWorld {
  /** What the daemon answers, and how long it takes. */
  daemon = { seq: 100, status: 200, ms: 0, down: false, operator: true };
  store: AppStore = createStore();
  page = new Page();
  network = new EventTarget();
  /** Null: as in a browser without them. */
  locks: Locks | null = new FakeLocks();
  connections: Connection[] = [];
  asked: string[] = [];
  stop = () => {};

  constructor() {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
    vi.stubGlobal('fetch', (input: string) => this.answer(new URL(input, 'http://daemon').pathname));
  }

  get status() {
    return this.store.getState().connection.status;
  }
  get stream(): Connection {
    const last = this.connections.at(-1);
    if (last === undefined) throw new Error('no stream was opened');
    return last;
  }
  get askedOnce() {
    return this.asked.toSorted();
  }
  count(path: string) {
    return this.asked.filter((each) => each === path).length;
  }

  start() {
    this.stop = startLiveUpdates(this.store, { open: this.open, page: this.page, network: this.network, locks: this.locks ?? undefined });
  }
  async online() {
    this.start();
    await pass(0);
    this.stream.onOpen();
    await pass(1000);
    this.asked = [];
  }
  /** Subscribes to what a page shows. */
  watch() {
    const { getFleet, getUsage, getSession, getHealth } = fleetApi.endpoints;
    this.store.dispatch(getFleet.initiate());
    this.store.dispatch(getUsage.initiate());
    this.store.dispatch(getSession.initiate());
    this.store.dispatch(getHealth.initiate());
  }
  end() {
    this.stop();
    this.store.dispatch(api.util.resetApiState());
    vi.unstubAllGlobals();
  }

  private open: OpenStream = (backend, after, types, handlers) => {
    const connection: Connection = { address: backend.address, after, types, closed: false, ...handlers };
    this.connections.push(connection);
    return () => {
      connection.closed = true;
    };
  };

  private async answer(path: string): Promise<Response> {
    this.asked.push(path);
    const { seq, operator, ms } = this.daemon;
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    if (this.daemon.down) throw new TypeError('Failed to fetch');
    const body = { '/agents': fleet, '/usage': usage, '/session': { operator, role: operator ? 'operator' : 'none' }, '/health': health }[
      path
    ];
    return Response.json(body ?? null, { status: this.daemon.status, headers: { 'Event-Seq': String(seq) } });
  }
}
