import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { api } from '../api/api';
import { fleetApi } from '../api/fleetApi';
import { fleet, health, started, usage } from '../testing/fixtures';
import { backendChanged } from '../shared/state';
import type { OpenStream, StreamHandlers } from './eventStream';
import { startLiveUpdates } from './liveUpdates';
import { createStore, type AppStore } from './store';

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

let store: AppStore;
let page: Page;
let network: EventTarget;
let connections: Connection[];
let asked: string[];
/** The daemon: what it answers, and how long it takes. */
let daemon: { seq: number; status: number; ms: number; down: boolean; operator: boolean };
let stop: () => void;

const open: OpenStream = (backend, after, types, handlers) => {
  const connection: Connection = { address: backend.address, after, types, closed: false, ...handlers };
  connections.push(connection);
  return () => {
    connection.closed = true;
  };
};

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const status = () => store.getState().connection.status;
const stream = () => connections[connections.length - 1]!;
const count = (path: string) => asked.filter((each) => each === path).length;

function event(id: number, type = 'provider.failover') {
  return { ...started, id, type };
}

async function online() {
  stop = startLiveUpdates(store, { open, page, network });
  await pass(0);
  stream().onOpen();
  await pass(1000);
  asked.length = 0;
}

/** What a page subscribes to. */
function watch() {
  const { getFleet, getUsage, getSession, getHealth } = fleetApi.endpoints;
  store.dispatch(getFleet.initiate());
  store.dispatch(getUsage.initiate());
  store.dispatch(getSession.initiate());
  store.dispatch(getHealth.initiate());
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  daemon = { seq: 100, status: 200, ms: 0, down: false, operator: true };
  asked = [];
  connections = [];
  page = new Page();
  network = new EventTarget();
  stop = () => undefined;
  vi.stubGlobal('fetch', async (input: string) => {
    const path = new URL(input, 'http://daemon').pathname;
    asked.push(path);
    const { seq, operator } = daemon;
    if (daemon.ms > 0) await new Promise((resolve) => setTimeout(resolve, daemon.ms));
    if (daemon.down) throw new TypeError('Failed to fetch');
    const body = { '/agents': fleet, '/usage': usage, '/session': { operator }, '/health': health }[path];
    return Response.json(body ?? null, { status: daemon.status, headers: { 'Event-Seq': String(seq) } });
  });
  store = createStore();
});

afterEach(() => {
  stop();
  store.dispatch(api.util.resetApiState());
  vi.unstubAllGlobals();
});

describe('snapshot and stream', () => {
  it('starts the stream behind the snapshot of the fleet', async () => {
    stop = startLiveUpdates(store, { open, page, network });
    expect(status()).toBe('connecting');
    await pass(0);
    expect(stream()).toMatchObject({ address: '', after: 100, types: null });
    stream().onOpen();
    expect(status()).toBe('online');
  });

  it('asks again for what was asked before the snapshot came: an event may lie between', async () => {
    daemon.ms = 200;
    watch();
    stop = startLiveUpdates(store, { open, page, network });
    await pass(1000);
    expect(count('/usage')).toBe(2);
    expect(count('/agents')).toBe(1);
  });

  it('fetches anew what an event touches, once for a burst', async () => {
    watch();
    await online();
    for (let id = 101; id <= 150; id += 1) stream().onEvent(event(id));
    await pass(99);
    expect(asked).toEqual([]);
    await pass(1);
    expect(asked).toEqual(['/agents']);
    expect(store.getState().connection.lastEventId).toBe(150);
  });

  it('hears no event that the snapshot holds, and none twice', async () => {
    watch();
    await online();
    stream().onEvent(event(100));
    await pass(1000);
    expect(asked).toEqual([]);
    stream().onEvent(event(101));
    await pass(1000);
    stream().onEvent(event(101));
    await pass(1000);
    expect(asked).toEqual(['/agents']);
  });

  it('fetches once more when an event comes while the snapshot is on its way', async () => {
    watch();
    await online();
    daemon.ms = 6000; // longer than the longest pause
    stream().onEvent(event(101));
    await pass(100);
    stream().onEvent(event(102));
    await pass(5900);
    expect(count('/agents')).toBe(1);
    await pass(200);
    expect(count('/agents')).toBe(2);
  });

  it('fetches rarely what is slow to fetch, under a flood of events', async () => {
    watch();
    await online();
    daemon.ms = 200;
    for (let id = 101; id < 101 + 2000; id += 1) {
      stream().onEvent(event(id));
      await pass(5);
    }
    // Ten seconds: one at once, then one in 2 s.
    expect(count('/agents')).toBeGreaterThanOrEqual(4);
    expect(count('/agents')).toBeLessThanOrEqual(6);
    await pass(5000);
    expect(store.getState().connection.lastEventId).toBe(2100);
  });
});

describe('reset', () => {
  it('makes everything old', async () => {
    watch();
    await online();
    stream().onReset(500);
    await pass(1000);
    expect(asked.toSorted()).toEqual(['/agents', '/health', '/session', '/usage']);
  });

  it('goes on from its id, also when that is less: the database may be an older one', async () => {
    watch();
    await online();
    stream().onReset(7);
    await pass(6000);
    asked.length = 0;
    stream().onEvent(event(8));
    await pass(6000);
    expect(asked).toEqual(['/agents']);
    stream().onLost(undefined);
    await pass(1000);
    expect(stream().after).toBe(8);
  });
});

describe('a broken connection', () => {
  it('is opened again behind the last event heard, and everything is fetched anew', async () => {
    watch();
    await online();
    stream().onEvent(event(120));
    await pass(200);
    asked.length = 0;
    const first = stream();
    first.onLost(undefined);
    expect(status()).toBe('reconnecting');
    await pass(1000);
    expect(connections).toHaveLength(2);
    expect(stream().after).toBe(120);
    stream().onOpen();
    expect(status()).toBe('online');
    await pass(1000);
    expect(asked.toSorted()).toEqual(['/agents', '/health', '/session', '/usage']);
  });

  it('is tried less and less often, and said to be offline', async () => {
    await online();
    const times: number[] = [];
    const began = Date.now();
    for (let i = 0; i < 7; i += 1) {
      const { length } = connections;
      stream().onLost(undefined);
      while (connections.length === length) await pass(100);
      times.push(Date.now() - began);
    }
    expect(status()).toBe('offline');
    expect(times.map((time, i) => time - (times[i - 1] ?? 0))).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  });

  it('is tried at once when the machine has a network again', async () => {
    await online();
    stream().onLost(undefined);
    network.dispatchEvent(new Event('online'));
    expect(connections).toHaveLength(2);
    await pass(2000);
    expect(connections).toHaveLength(2);
  });

  it('has no say any more', async () => {
    watch();
    await online();
    const first = stream();
    first.onLost(undefined);
    await pass(1000);
    stream().onOpen();
    await pass(1000);
    asked.length = 0;
    first.onEvent(event(900));
    first.onReset(900);
    first.onLost(500);
    first.onOpen();
    await pass(1000);
    expect(status()).toBe('online');
    expect(asked).toEqual([]);
    stream().onEvent(event(101));
    await pass(5000);
    expect(asked).toEqual(['/agents']);
  });

  it('is noticed by its silence', async () => {
    await online();
    for (let i = 0; i < 6; i += 1) {
      await pass(15_000);
      stream().onAlive();
    }
    expect(connections).toHaveLength(1);
    await pass(46_000);
    expect(connections).toHaveLength(2);
    expect(connections[0]!.closed).toBe(true);
    expect(status()).toBe('reconnecting');
  });

  it('is noticed after the machine slept', async () => {
    await online();
    stream().onAlive();
    vi.setSystemTime(Date.now() + 3_600_000);
    await pass(5000);
    expect(connections).toHaveLength(2);
  });

  it('is not suspected when the clock is set back, and noticed all the same later', async () => {
    await online();
    vi.setSystemTime(Date.now() - 3_600_000);
    await pass(15_000);
    expect(connections).toHaveLength(1);
    await pass(46_000);
    expect(connections).toHaveLength(2);
  });
});

describe('a daemon that refuses', () => {
  it('is said to be offline without a snapshot, and asked again', async () => {
    daemon.down = true;
    stop = startLiveUpdates(store, { open, page, network });
    await pass(0);
    expect(status()).toBe('offline');
    expect(connections).toHaveLength(0);
    daemon.down = false;
    watch();
    await pass(1000);
    expect(stream().after).toBe(100);
  });

  it('with an HTTP error is asked again', async () => {
    await online();
    stream().onLost(503);
    await pass(1000);
    stream().onLost(503);
    expect(status()).toBe('offline');
    await pass(2000);
    expect(connections).toHaveLength(3);
  });

  it('wants a token: it is asked again rarely, or as soon as someone signs in', async () => {
    daemon.operator = false;
    watch();
    await online();
    stream().onLost(401);
    expect(status()).toBe('denied');
    await pass(14_000);
    expect(connections).toHaveLength(1);
    daemon.operator = true;
    store.dispatch(api.util.invalidateTags(['Session']));
    await pass(50);
    expect(connections).toHaveLength(2);
    stream().onOpen();
    await pass(1000);
    expect(status()).toBe('online');
    expect(count('/usage')).toBe(1);
  });

  it('wants a token from the beginning', async () => {
    daemon.status = 401;
    stop = startLiveUpdates(store, { open, page, network });
    await pass(0);
    expect(status()).toBe('denied');
    daemon.status = 200;
    await pass(15_000);
    expect(connections).toHaveLength(1);
  });
});

describe('a page that nobody looks at', () => {
  it('listens for the title only, after a while, and fetches nothing but the fleet', async () => {
    watch();
    await online();
    page.show(false);
    await pass(14_000);
    expect(connections).toHaveLength(1);
    await pass(1000);
    expect(stream()).toMatchObject({ types: 'provider.*', after: 100 });
    stream().onEvent(event(130, 'rollout.attempt_finished'));
    await pass(1000);
    expect(asked).toEqual(['/agents']);
  });

  it('catches up from a new snapshot when it is seen again', async () => {
    watch();
    await online();
    page.show(false);
    await pass(20_000);
    daemon.seq = 4000;
    page.show(true);
    await pass(0);
    expect(stream()).toMatchObject({ types: null, after: 4000 });
    await pass(1000);
    expect(asked.toSorted()).toEqual(['/agents', '/health', '/session', '/usage']);
  });

  it('keeps its stream when it was hidden for a moment', async () => {
    await online();
    page.show(false);
    await pass(5000);
    page.show(true);
    await pass(60_000 - 25_000);
    expect(connections).toHaveLength(1);
  });

  it('may be opened unseen', async () => {
    page.hidden = true;
    await online();
    await pass(15_000);
    expect(stream().types).toBe('provider.*');
  });
});

describe('another daemon', () => {
  it("drops the former one's fleet and follows the new one", async () => {
    watch();
    await online();
    daemon.ms = 50;
    daemon.seq = 3;
    const first = stream();
    store.dispatch(backendChanged({ address: 'http://other:8787', token: null }));
    expect(first.closed).toBe(true);
    expect(status()).toBe('connecting');
    expect(fleetApi.endpoints.getFleet.select()(store.getState()).data).toBeUndefined();
    await pass(50);
    expect(stream()).toMatchObject({ address: 'http://other:8787', after: 3 });
  });

  it('is not taken for the one before it, whose snapshot comes late', async () => {
    daemon.ms = 50;
    stop = startLiveUpdates(store, { open, page, network });
    await pass(10);
    store.dispatch(backendChanged({ address: 'http://other:8787', token: null }));
    await pass(200);
    expect(connections.map(({ address }) => address)).toEqual(['http://other:8787']);
  });

  it('is asked anew when a token for it comes', async () => {
    store.dispatch(backendChanged({ address: 'http://other:8787', token: null }));
    await online();
    store.dispatch(backendChanged({ address: 'http://other:8787', token: 'secret' }));
    await pass(0);
    expect(connections).toHaveLength(2);
  });
});

it('stops', async () => {
  watch();
  await online();
  const last = stream();
  stop();
  expect(last.closed).toBe(true);
  last.onEvent(event(200));
  last.onLost(undefined);
  page.show(false);
  network.dispatchEvent(new Event('online'));
  await pass(60_000);
  expect(asked).toEqual([]);
  expect(connections).toHaveLength(1);
});
