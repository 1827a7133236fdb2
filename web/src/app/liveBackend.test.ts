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
  it('listens for the title only, after a while, and fetches nothing but the fleet', async () => {
    world.watch();
    await world.online();
    world.page.show(false);
    await pass(14_000);
    expect(world.connections).toHaveLength(1);
    await pass(1000);
    expect(world.stream).toMatchObject({ types: 'provider.*', after: 100 });
    world.stream.onEvent(event(130, 'rollout.attempt_finished'));
    await pass(1000);
    expect(world.asked).toEqual(['/agents']);
  });

  it('catches up from a new snapshot when it is seen again', async () => {
    world.watch();
    await world.online();
    world.page.show(false);
    await pass(20_000);
    world.daemon.seq = 4000;
    world.page.show(true);
    await pass(0);
    expect(world.stream).toMatchObject({ types: null, after: 4000 });
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

  it('may be opened unseen', async () => {
    world.page.hidden = true;
    await world.online();
    await pass(15_000);
    expect(world.stream.types).toBe('provider.*');
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

  it('is asked anew when a token for it comes', async () => {
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
