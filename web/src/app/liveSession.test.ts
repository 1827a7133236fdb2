import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backendFetch } from '../api/backend';
import { fleetApi } from '../api/fleetApi';
import { LiveWorld, pass } from '../testing/liveWorld';

let world: LiveWorld;
beforeEach(() => {
  world = new LiveWorld();
});
afterEach(() => world.end());

const storage = (newValue: string | null, key: string | null = 'understudy.session') =>
  world.network.dispatchEvent(new StorageEvent('storage', { key, newValue }));
const fleet = () => fleetApi.endpoints.getFleet.select()(world.store.getState()).data;
const call = () => backendFetch({ address: '', token: null }, '/rollouts/ro-1/attempts/at-1/transcript');

describe('another tab', () => {
  it('signs in: this one is, too', async () => {
    world.daemon.operator = false;
    world.watch();
    await world.online();
    world.daemon.operator = true;
    storage('of-the-new-session');
    await pass(1000);
    expect(world.count('/session')).toBeGreaterThan(0);
    expect(world.connections).toHaveLength(2);
  });

  it.each(['understudy.session', null])('signs out: what was shown to the operator goes (%s)', async (key) => {
    world.watch();
    await world.online();
    expect(fleet()).toBeDefined();
    storage(null, key);
    expect(fleet()).toBeUndefined();
  });

  it('does other things: that is nothing here', async () => {
    world.watch();
    await world.online();
    storage('dark', 'mantine-color-scheme-value');
    await pass(1000);
    expect(world.asked).toEqual([]);
    expect(fleet()).toBeDefined();
  });
});

describe('a refused call', () => {
  it('of who is signed in: the session may have been ended', async () => {
    world.watch();
    await world.online();
    world.daemon.operator = false;
    world.daemon.status = 401;
    const call401 = call();
    await pass(0);
    await call401;
    world.daemon.status = 200;
    await pass(1000);
    expect(world.count('/session')).toBeGreaterThan(0);
    expect(world.connections).toHaveLength(2);
  });

  it('of who is not is no news', async () => {
    world.daemon.operator = false;
    world.watch();
    await world.online();
    world.daemon.status = 401;
    void call();
    await pass(1000);
    expect(world.count('/session')).toBe(0);
  });
});
