import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { api } from '../api/api';
import { fleetApi } from '../api/fleetApi';
import { backendChanged } from '../shared/state';
import { event, LiveWorld, pass } from '../testing/liveWorld';

let world: LiveWorld;

beforeEach(() => {
  world = new LiveWorld();
});
afterEach(() => world.end());

describe('a page that nobody looks at', () => {
  const hide = async () => {
    world.page.show(false);
    await pass(15_000);
  };

  it('listens for the title only, after a while, and fetches nothing but the fleet', async () => {
    world.watch();
    await world.online();
    world.page.show(false);
    await pass(14_000);
    expect(world.connections).toHaveLength(1);
    await pass(1000);
    expect(world.stream).toMatchObject({ types: 'provider.*', after: 100 });
    world.asked = [];
    world.stream.onEvent(event(130, 'rollout.attempt_finished'));
    await pass(1000);
    expect(world.asked).toEqual(['/agents']);
  });

  it('catches up from a new snapshot when it is seen again', async () => {
    world.watch();
    await world.online();
    await hide();
    world.daemon.seq = 4000;
    world.page.show(true);
    await pass(0);
    expect(world.stream).toMatchObject({ types: null, after: 4000 });
    expect(world.connections[1]!.closed).toBe(true);
    await pass(1000);
    expect(world.askedOnce).toEqual(['/agents', '/health', '/session', '/usage']);
  });

  it('keeps its stream when it was hidden for a moment', async () => {
    await world.online();
    world.page.show(false);
    await pass(5000);
    world.page.show(true);
    await pass(60_000 - 25_000);
    expect(world.connections).toHaveLength(1);
  });

  it('asks who is signed in when it is seen again: another tab may have changed that', async () => {
    world.watch();
    await world.online();
    world.page.show(false);
    world.page.show(true);
    await pass(500);
    expect(world.asked).toEqual(['/session']);
  });

  it('keeps no connection while another hidden tab has its turn, and glances at the fleet', async () => {
    let giveBack = () => {};
    const others = new Promise<void>((resolve) => (giveBack = resolve));
    void world.locks?.request('understudy.hidden', { signal: new AbortController().signal }, () => others);
    await world.online();
    await hide();
    expect(world.stream.closed).toBe(true);
    expect(world.asked).toEqual([]);
    await pass(60_000);
    expect(world.asked).toEqual(['/agents']);
    world.daemon.down = true;
    await pass(60_000);
    expect(world.status).toBe('offline');
    world.daemon.down = false;
    await pass(60_000);
    expect(world.status).toBe('online');
    expect(world.connections).toHaveLength(1);
    giveBack();
    await pass(0);
    expect(world.stream).toMatchObject({ types: 'provider.*', after: 100, closed: false });
  });

  it('gives its turn back when it is seen', async () => {
    await world.online();
    await hide();
    const next = vi.fn(() => Promise.resolve());
    void world.locks?.request('understudy.hidden', { signal: new AbortController().signal }, next);
    await pass(1000);
    expect(next).not.toHaveBeenCalled();
    world.page.show(true);
    await pass(0);
    expect(next).toHaveBeenCalled();
  });

  it('waits for no turn any more when it is seen', async () => {
    let giveBack = () => {};
    const others = new Promise<void>((resolve) => (giveBack = resolve));
    void world.locks?.request('understudy.hidden', { signal: new AbortController().signal }, () => others);
    await world.online();
    await hide();
    world.page.show(true);
    await pass(0);
    giveBack();
    await pass(1000);
    expect(world.connections.map(({ types }) => types)).toEqual([null, null]);
  });

  it('glances where the browser has no turns to give', async () => {
    world.locks = null;
    await world.online();
    await hide();
    expect(world.stream.closed).toBe(true);
    world.network.dispatchEvent(new Event('online'));
    await pass(60_000);
    expect(world.asked).toEqual(['/agents', '/agents']);
    expect(world.connections).toHaveLength(1);
  });

  it('that was opened unseen has its title at once, and begins when it is seen', async () => {
    world.locks = null;
    world.page.hidden = true;
    world.start();
    await pass(0);
    expect(world.asked).toEqual(['/agents']);
    expect(world.status).toBe('online');
    expect(world.connections).toHaveLength(0);
    world.page.show(true);
    await pass(0);
    expect(world.stream).toMatchObject({ types: null, after: 100 });
  });
});

describe('another daemon', () => {
  it("drops the former one's fleet and follows the new one", async () => {
    world.watch();
    await world.online();
    world.daemon.ms = 50;
    world.daemon.seq = 3;
    const first = world.stream;
    world.store.dispatch(backendChanged({ address: 'http://other:8787', token: null }));
    expect(first.closed).toBe(true);
    expect(world.status).toBe('connecting');
    expect(fleetApi.endpoints.getFleet.select()(world.store.getState()).data).toBeUndefined();
    await pass(50);
    expect(world.stream).toMatchObject({ address: 'http://other:8787', after: 3 });
  });

  it('may know this operator where the former one did not', async () => {
    world.watch();
    await world.online();
    world.daemon.operator = false;
    world.store.dispatch(backendChanged({ address: 'http://other:8787', token: null }));
    world.watch();
    await pass(1000);
    expect(world.connections).toHaveLength(2);
  });

  it('is not taken for the one before it, whose snapshot comes late', async () => {
    world.daemon.ms = 50;
    world.start();
    await pass(10);
    world.store.dispatch(backendChanged({ address: 'http://other:8787', token: null }));
    await pass(200);
    expect(world.connections.map(({ address }) => address)).toEqual(['http://other:8787']);
  });

  it('is not said to be offline when the data was dropped, as by signing out', async () => {
    await world.online();
    world.daemon.ms = 50;
    world.store.dispatch(backendChanged({ address: '', token: 'other' }));
    await pass(10);
    world.store.dispatch(api.util.resetApiState());
    await pass(60);
    expect(world.status).toBe('online');
    await pass(200);
    expect(world.connections).toHaveLength(2);
  });

  it('is asked again when a token for it comes', async () => {
    world.store.dispatch(backendChanged({ address: 'http://other:8787', token: null }));
    await world.online();
    world.store.dispatch(backendChanged({ address: 'http://other:8787', token: 'secret' }));
    await pass(0);
    expect(world.connections).toHaveLength(2);
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
