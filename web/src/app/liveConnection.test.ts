import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { api } from '../api/api';
import { event, LiveWorld, pass } from '../testing/liveWorld';

let world: LiveWorld;

beforeEach(() => {
  world = new LiveWorld();
});
afterEach(() => world.end());

describe('a broken connection', () => {
  it('is opened again behind the last event heard, and everything is fetched again', async () => {
    world.watch();
    await world.online();
    world.stream.onEvent(event(120));
    await pass(200);
    world.asked = [];
    const first = world.stream;
    first.onLost(undefined);
    expect(world.status).toBe('reconnecting');
    await pass(1000);
    expect(world.connections).toHaveLength(2);
    expect(world.stream.after).toBe(120);
    world.stream.onOpen();
    expect(world.status).toBe('online');
    await pass(1000);
    expect(world.askedOnce).toEqual(['/agents', '/health', '/session', '/usage']);
  });

  it('is tried less and less often, and said to be offline', async () => {
    await world.online();
    const times: number[] = [];
    const began = Date.now();
    for (let i = 0; i < 7; i += 1) {
      const { length } = world.connections;
      world.stream.onLost(undefined);
      while (world.connections.length === length) await pass(100);
      times.push(Date.now() - began);
    }
    expect(world.status).toBe('offline');
    expect(times.map((time, i) => time - (times[i - 1] ?? 0))).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  });

  it('is tried at once when the machine has a network again', async () => {
    await world.online();
    world.stream.onLost(undefined);
    world.network.dispatchEvent(new Event('online'));
    expect(world.connections).toHaveLength(2);
    await pass(2000);
    expect(world.connections).toHaveLength(2);
  });

  it('has no say any more', async () => {
    world.watch();
    await world.online();
    const first = world.stream;
    first.onLost(undefined);
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
    world.stream.onEvent(event(101));
    await pass(5000);
    expect(world.asked).toEqual(['/agents']);
  });

  it('does not come back by what it still says', async () => {
    await world.online();
    const first = world.stream;
    first.onLost(undefined);
    first.onOpen();
    expect(world.status).toBe('reconnecting');
    await pass(1000);
    world.stream.onOpen();
    for (let i = 0; i < 10; i += 1) {
      await pass(5000);
      first.onAlive();
    }
    expect(world.connections).toHaveLength(3);
  });

  it('is tried quickly again once it has been open', async () => {
    await world.online();
    for (let i = 0; i < 4; i += 1) {
      world.stream.onLost(undefined);
      await pass(10_000);
    }
    world.stream.onOpen();
    const { length } = world.connections;
    world.stream.onLost(undefined);
    await pass(1000);
    expect(world.connections).toHaveLength(length + 1);
  });

  it('is tried at once when the page is looked at', async () => {
    await world.online();
    for (let i = 0; i < 5; i += 1) {
      world.stream.onLost(undefined);
      await pass(10_000);
    }
    world.stream.onLost(undefined);
    const { length } = world.connections;
    world.page.show(false);
    world.page.show(true);
    await pass(0);
    expect(world.connections).toHaveLength(length + 1);
  });

  it('is opened once when there are several reasons to', async () => {
    world.daemon.ms = 100;
    world.start();
    await pass(50);
    world.network.dispatchEvent(new Event('online'));
    await pass(500);
    expect(world.connections).toHaveLength(1);
  });

  it('is noticed by its silence', async () => {
    await world.online();
    for (let i = 0; i < 6; i += 1) {
      await pass(15_000);
      world.stream.onAlive();
    }
    expect(world.connections).toHaveLength(1);
    await pass(46_000);
    expect(world.connections).toHaveLength(2);
    expect(world.connections[0]!.closed).toBe(true);
    expect(world.status).toBe('reconnecting');
  });

  it('is noticed after the machine slept', async () => {
    await world.online();
    world.stream.onAlive();
    vi.setSystemTime(Date.now() + 3_600_000);
    await pass(5000);
    expect(world.connections).toHaveLength(2);
  });

  it('is not suspected when the clock is set back, and noticed all the same later', async () => {
    await world.online();
    vi.setSystemTime(Date.now() - 3_600_000);
    await pass(15_000);
    expect(world.connections).toHaveLength(1);
    await pass(46_000);
    expect(world.connections).toHaveLength(2);
  });
});

describe('a daemon that refuses', () => {
  it('is said to be offline without a snapshot, and asked again', async () => {
    world.daemon.down = true;
    world.start();
    await pass(0);
    expect(world.status).toBe('offline');
    expect(world.connections).toHaveLength(0);
    world.daemon.down = false;
    world.watch();
    await pass(1000);
    expect(world.stream.after).toBe(100);
  });

  it('with an HTTP error is asked again', async () => {
    await world.online();
    world.stream.onLost(503);
    await pass(1000);
    world.stream.onLost(503);
    expect(world.status).toBe('offline');
    await pass(2000);
    expect(world.connections).toHaveLength(3);
  });

  it('wants a token: it is asked again rarely, or as soon as someone signs in', async () => {
    world.daemon.operator = false;
    world.watch();
    await world.online();
    world.stream.onLost(401);
    expect(world.status).toBe('denied');
    await pass(14_000);
    expect(world.connections).toHaveLength(1);
    world.daemon.operator = true;
    world.store.dispatch(api.util.invalidateTags(['Session']));
    await pass(150); // the store tells its listeners within a frame, or 100 ms
    expect(world.connections).toHaveLength(2);
    world.stream.onOpen();
    await pass(1000);
    expect(world.status).toBe('online');
    expect(world.count('/usage')).toBe(1);
  });

  it('wants a token from the beginning', async () => {
    world.daemon.status = 401;
    world.start();
    await pass(0);
    expect(world.status).toBe('denied');
    world.daemon.status = 200;
    await pass(15_000);
    expect(world.connections).toHaveLength(1);
  });
});
