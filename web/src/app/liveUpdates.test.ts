import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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

  it('asks again for what was asked before the snapshot came: an event may lie between', async () => {
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

  it('hears no event that the snapshot holds, and none twice', async () => {
    world.watch();
    await world.online();
    world.stream.onEvent(event(100));
    await pass(1000);
    expect(world.asked).toEqual([]);
    world.stream.onEvent(event(101));
    await pass(1000);
    world.stream.onEvent(event(101));
    await pass(1000);
    expect(world.asked).toEqual(['/agents']);
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

describe('reset', () => {
  it('makes everything old', async () => {
    world.watch();
    await world.online();
    world.stream.onReset(500);
    await pass(1000);
    expect(world.askedOnce).toEqual(['/agents', '/health', '/session', '/usage']);
  });

  it('goes on from its id, also when that is less: the database may be an older one', async () => {
    world.watch();
    await world.online();
    world.stream.onReset(7);
    await pass(6000);
    world.asked = [];
    world.stream.onEvent(event(8));
    await pass(6000);
    expect(world.asked).toEqual(['/agents']);
    world.stream.onLost(undefined);
    await pass(1000);
    expect(world.stream.after).toBe(8);
  });
});
