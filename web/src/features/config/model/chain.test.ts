import { describe, expect, it } from 'vitest';
import { addTier, chainOf, changeTier, moveTier, removeTier, withChain } from './chain';

const a = { provider: 'a', model: 'm1', note: 'kept' };
const b = { provider: 'b', model: 'm2' };
const c = { provider: 'c', model: 'm3' };

describe('a chain', () => {
  it('moves, and stays as it is at its ends', () => {
    expect(moveTier([a, b, c], 2, 0)).toEqual([c, a, b]);
    expect(moveTier([a, b], 0, -1)).toEqual([a, b]);
    expect(moveTier([a, b], 1, 2)).toEqual([a, b]);
  });

  it('has one to three tiers', () => {
    expect(removeTier([a, b], 0)).toEqual([b]);
    expect(removeTier([a], 0)).toEqual([a]);
    expect(addTier([a, b, c], ['a'])).toEqual([a, b, c]);
  });

  it('grows by a provider that is not in it yet', () => {
    expect(addTier([a], ['a', 'b'])).toEqual([a, { provider: 'b', model: '' }]);
    expect(addTier([a], ['a'])).toEqual([a, { provider: 'a', model: '' }]);
  });

  it('forgets the model of another provider and keeps what it does not know', () => {
    expect(changeTier([a], 0, { provider: 'b' })).toEqual([{ provider: 'b', model: '', note: 'kept' }]);
    expect(changeTier([a], 0, { provider: 'a' })).toEqual([a]);
    expect(changeTier([a, b], 1, { model: 'x' })).toEqual([a, { provider: 'b', model: 'x' }]);
  });
});

it('reads the short form as a chain of one, and writes a chain in its place', () => {
  const type = { provider: 'a', model: 'm', instances: ['x'] };
  expect(chainOf(type)).toEqual([{ provider: 'a', model: 'm' }]);
  expect(JSON.stringify(withChain(type, [b]))).toBe('{"provider_chain":[{"provider":"b","model":"m2"}],"instances":["x"]}');
});
