import { describe, expect, it } from 'vitest';
import { configuration } from '../testing/fixtures';
import {
  addInstance,
  addType,
  agentNames,
  cloneType,
  deleteInstance,
  deleteType,
  freeName,
  holdsMask,
  instancesOf,
  nameFault,
  renameInstance,
  renameProvider,
  renameType,
  typesOf,
  usersOf,
} from './types';
import { getAt, objectOf } from './json';

describe('agent types', () => {
  it('are cloned to the place after the original', () => {
    const next = cloneType(configuration, 'reviewer', 'critic');
    expect(Object.keys(typesOf(next))).toEqual(['reviewer', 'critic', 'writer']);
    expect(typesOf(next)['critic']).toEqual(typesOf(configuration)['reviewer']);
  });

  it('are renamed in place and deleted without side effects', () => {
    expect(Object.keys(typesOf(renameType(configuration, 'reviewer', 'critic')))).toEqual(['critic', 'writer']);
    expect(Object.keys(typesOf(deleteType(configuration, 'reviewer')))).toEqual(['writer']);
  });

  it('begin on the first provider, in a document that has none too', () => {
    expect(getAt(addType(configuration, 'new'), ['agent_types', 'new', 'provider_chain'])).toEqual([{ provider: 'anthropic', model: '' }]);
    expect(Object.keys(typesOf(addType({}, 'new')))).toEqual(['new']);
  });

  it('have one instance unless they say otherwise', () => {
    expect(instancesOf({})).toEqual(['default']);
    expect(agentNames('reviewer', objectOf(typesOf(configuration)['reviewer']))).toEqual(['reviewer-default', 'reviewer-b']);
  });

  it('add, rename and delete instances', () => {
    const of = (document: typeof configuration) => instancesOf(objectOf(typesOf(document)['reviewer']));
    expect(of(addInstance(configuration, 'reviewer', 'c'))).toEqual(['default', 'b', 'c']);
    expect(of(renameInstance(configuration, 'reviewer', 0, 'a'))).toEqual(['a', 'b']);
    expect(of(deleteInstance(configuration, 'reviewer', 0))).toEqual(['b']);
  });
});

describe('names', () => {
  it.each(['', '-a', 'a-', 'Ab', 'a b', 'x'.repeat(33)])('refuses %j', (name) => expect(nameFault(name, [])).not.toBeNull());
  it('refuses one that is taken', () => expect(nameFault('a', ['a'])).toBe('a already exists.'));
  it.each(['a', 'a-1', 'x'.repeat(32)])('takes %j', (name) => expect(nameFault(name, [])).toBeNull());
  it('finds a free one', () => expect(freeName('a', ['a', 'a-2'])).toBe('a-3'));
});

it('renames a provider in every chain, in the short form too', () => {
  const next = renameProvider(configuration, 'anthropic', 'claude');
  expect(usersOf(next, 'claude')).toEqual(['reviewer', 'writer']);
  expect(usersOf(next, 'anthropic')).toEqual([]);
  expect(Object.keys(objectOf(next['providers']))[0]).toBe('claude');
});

it('knows where saved secrets are', () => {
  expect(holdsMask(typesOf(configuration)['reviewer'])).toBe(true);
  expect(holdsMask(typesOf(configuration)['writer'])).toBe(false);
});
