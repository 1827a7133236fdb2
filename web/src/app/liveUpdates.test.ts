import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backendFetch } from '../api/backend';
import { fleetApi } from '../api/fleetApi';
import { backendChanged } from '../shared/state';
import { event, LiveWorld, pass } from '../testing/liveWorld';

let world: LiveWorld;

beforeEach(() => {
  world = new LiveWorld();
});
afterEach(() => world.end());

describe('snapshot and stream', () => {
  it('starts the stream behind the snapshot of the fleet', async () => {
    world.start();
    expect(world.status).toBe('connecting');
    await pass(0);
    expect(world.stream).toMatchObject({ address: '', after: 100, types: null });
    world.stream.onOpen();
    expect(world.status).toBe('online');
  });

  it('repeats requests from before the snapshot: an event may lie between', async () => {
    world.daemon.ms = 200;
    world.watch();
    world.start();
    await pass(1000);
    expect(world.count('/usage')).toBe(2);
    expect(world.count('/health')).toBe(1);
    expect(world.count('/agents')).toBe(1);
  });

  it('fetches again what an event touches, once for a burst', async () => {
    world.watch();
    await world.online();
    for (let id = 101; id <= 150; id += 1) world.stream.onEvent(event(id));
    await pass(99);
    expect(world.asked).toEqual([]);
    await pass(1);
    expect(world.asked).toEqual(['/agents']);
    expect(world.store.getState().connection.lastEventId).toBe(150);
  });

  it('fetches once more when an event comes while the snapshot is on its way', async () => {
    world.watch();
    await world.online();
    world.daemon.ms = 6000; // longer than the longest pause
    world.stream.onEvent(event(101));
    await pass(100);
    world.stream.onEvent(event(102));
    await pass(5900);
    expect(world.count('/agents')).toBe(1);
    await pass(200);
    expect(world.count('/agents')).toBe(2);
  });

  it('fetches rarely what is slow to fetch, under a flood of events', async () => {
    world.watch();
    await world.online();
    world.daemon.ms = 200;
    for (let id = 101; id < 101 + 2000; id += 1) {
      world.stream.onEvent(event(id));
      await pass(5);
    }
    // Ten seconds: one at once, then one in 2 s.
    expect(world.count('/agents')).toBeGreaterThanOrEqual(4);
    expect(world.count('/agents')).toBeLessThanOrEqual(6);
    await pass(5000);
    expect(world.store.getState().connection.lastEventId).toBe(2100);
  });

  it('does not wait for what was slow once', async () => {
    world.watch();
    world.daemon.ms = 1000;
    world.start();
    await pass(6000);
    world.daemon.ms = 0;
    world.asked = [];
    world.stream.onEvent(event(101));
    await pass(300);
    world.stream.onEvent(event(102));
    await pass(300);
    expect(world.asked).toEqual(['/agents', '/agents']);
  });
});

it('hears nothing more from a connection that was replaced', async () => {
  world.watch();
  await world.online();
  const first = world.stream;
  first.onLost(undefined);
  first.onOpen();
  expect(world.status).toBe('reconnecting');
  await pass(1000);
  world.stream.onOpen();
  await pass(1000);
  world.asked = [];
  first.onEvent(event(900));
  first.onReset(900);
  first.onLost(500);
  await pass(1000);
  expect(world.status).toBe('online');
  expect(world.asked).toEqual([]);
  expect(world.connections).toHaveLength(2);
});

it('opens the stream once when there are several reasons to', async () => {
  world.daemon.ms = 100;
  world.start();
  await pass(50);
  world.network.dispatchEvent(new Event('online'));
  await pass(500);
  expect(world.connections).toHaveLength(1);
});

it('looks for silence now and then', async () => {
  await world.online();
  await pass(46_000);
  expect(world.connections).toHaveLength(2);
  expect(world.connections[0]!.closed).toBe(true);
});

it('says that the daemon is offline or refuses, and asks again', async () => {
  world.daemon.down = true;
  world.start();
  await pass(0);
  expect(world.status).toBe('offline');
  world.daemon.down = false;
  world.daemon.status = 401;
  await pass(1000);
  expect(world.status).toBe('denied');
  world.daemon.status = 200;
  await pass(15_000);
  expect(world.connections).toHaveLength(1);
});

it('gives another hidden tab its turn when the page is seen', async () => {
  await world.online();
  world.page.show(false);
  await pass(15_000);
  expect(world.stream).toMatchObject({ types: 'provider.*', after: 100 });
  const next = vi.fn(() => Promise.resolve());
  void world.locks?.request('understudy.hidden', { signal: new AbortController().signal }, next);
  await pass(1000);
  expect(next).not.toHaveBeenCalled();
  world.page.show(true);
  await pass(0);
  expect(next).toHaveBeenCalled();
  expect(world.stream).toMatchObject({ types: null, after: 100 });
});

it('waits for no turn any more when the page is seen', async () => {
  let giveBack = () => {};
  const others = new Promise<void>((resolve) => (giveBack = resolve));
  void world.locks?.request('understudy.hidden', { signal: new AbortController().signal }, () => others);
  await world.online();
  world.page.show(false);
  await pass(15_000);
  expect(world.stream.closed).toBe(true);
  world.page.show(true);
  await pass(0);
  giveBack();
  await pass(1000);
  expect(world.connections.map(({ types }) => types)).toEqual([null, null]);
});

it('glances at the fleet where the browser has no turns to give', async () => {
  world.locks = null;
  world.page.hidden = true;
  world.start();
  await pass(0);
  expect(world.status).toBe('online');
  await pass(60_000);
  expect(world.asked).toEqual(['/agents', '/agents']);
  expect(world.connections).toHaveLength(0);
});

describe('another daemon', () => {
  const fleet = () => fleetApi.endpoints.getFleet.select()(world.store.getState()).data;

  it('is not shown with the fleet of the one before it, whose snapshot comes late', async () => {
    world.watch();
    await world.online();
    world.daemon.ms = 50;
    world.daemon.seq = 3;
    world.network.dispatchEvent(new Event('online'));
    world.store.dispatch(backendChanged({ address: 'http://other:8787', token: null }));
    expect(world.status).toBe('connecting');
    expect(fleet()).toBeUndefined();
    await pass(200);
    expect(world.stream).toMatchObject({ address: 'http://other:8787', after: 3 });
    expect(world.connections.slice(0, -1).every(({ closed }) => closed)).toBe(true);
  });
});

describe('who is signed in', () => {
  it('is asked again when another tab signs in, or a call is refused; then a new stream begins', async () => {
    world.daemon.operator = false;
    world.watch();
    await world.online();
    world.daemon.operator = true;
    world.network.dispatchEvent(new StorageEvent('storage', { key: 'understudy.session', newValue: 'of-the-new-session' }));
    await pass(1000);
    expect(world.connections).toHaveLength(2);
    world.daemon.operator = false;
    world.daemon.status = 401;
    void backendFetch({ address: '', token: null }, '/rollouts/ro-1/attempts/at-1/transcript');
    await pass(0);
    world.daemon.status = 200;
    await pass(1000);
    expect(world.connections).toHaveLength(3);
  });

  it('is of no concern when another tab stores something else', async () => {
    world.watch();
    await world.online();
    world.network.dispatchEvent(new StorageEvent('storage', { key: 'mantine-color-scheme-value', newValue: null }));
    await pass(1000);
    expect(world.asked).toEqual([]);
    expect(fleetApi.endpoints.getFleet.select()(world.store.getState()).data).toBeDefined();
  });
});

it('stops', async () => {
  world.watch();
  await world.online();
  const last = world.stream;
  last.onEvent(event(150));
  world.page.show(false);
  world.stop();
  expect(last.closed).toBe(true);
  last.onEvent(event(200));
  last.onLost(undefined);
  await pass(60_000);
  world.page.show(true);
  world.network.dispatchEvent(new Event('online'));
  world.store.dispatch(backendChanged({ address: '', token: 'other' }));
  await pass(60_000);
  expect(world.asked).toEqual([]);
  expect(world.connections).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});
