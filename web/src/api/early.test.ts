import { afterEach, describe, expect, it } from 'vitest';
import { takeEarly } from './early';

describe('takeEarly', () => {
  afterEach(() => {
    delete window.early;
  });

  it('gives what index.html asked for, once', async () => {
    const answer = new Response('[]');
    window.early = { '/agents': Promise.resolve(answer) };
    expect(await takeEarly('/session')).toBeUndefined();
    expect(await takeEarly('/agents')).toBe(answer);
    expect(await takeEarly('/agents')).toBeUndefined();
  });

  it('lets a request that failed be made again', async () => {
    window.early = { '/agents': Promise.reject(new TypeError('no network')) };
    expect(await takeEarly('/agents')).toBeUndefined();
  });

  it('has nothing where index.html asked for nothing', async () => {
    expect(await takeEarly('/agents')).toBeUndefined();
  });
});
