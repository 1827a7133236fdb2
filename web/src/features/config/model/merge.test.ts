import { describe, expect, it } from 'vitest';
import { changesOf, conflictsOf, merged } from './merge';

const base = { a: { x: 1, y: 2 }, list: ['one'], gone: true };

describe('a three-way merge', () => {
  it('keeps what both changed', () => {
    const mine = { a: { x: 10, y: 2 }, list: ['one'], gone: true, fresh: 1 };
    const theirs = { a: { x: 1, y: 20, z: 3 }, list: ['one', 'two'] };
    expect(conflictsOf(base, mine, theirs)).toEqual([]);
    expect(merged(base, mine, theirs, {})).toEqual({ a: { x: 10, y: 20, z: 3 }, list: ['one', 'two'], fresh: 1 });
  });

  it('asks where both changed the same, and follows the choice', () => {
    const mine = { a: { x: 10, y: 2 }, list: ['mine'] };
    const theirs = { a: { x: 11, y: 2 }, list: ['theirs'], gone: true };
    expect(conflictsOf(base, mine, theirs).map(({ path }) => path)).toEqual([['a', 'x'], ['list']]);
    expect(merged(base, mine, theirs, { '/a/x': 'theirs', '/list': 'mine' })).toEqual({ a: { x: 11, y: 2 }, list: ['mine'] });
  });

  it('asks where one took away what the other changed', () => {
    const mine = { list: ['one'], gone: true };
    const theirs = { ...base, a: { x: 5, y: 2 } };
    const [conflict] = conflictsOf(base, mine, theirs);
    expect(conflict).toMatchObject({ path: ['a'], mine: undefined, theirs: { x: 5, y: 2 } });
    expect(merged(base, mine, theirs, { '/a': 'mine' })).toEqual(mine);
    expect(merged(base, mine, theirs, { '/a': 'theirs' })).toEqual(theirs);
  });

  it('agrees when both did the same', () => {
    const both = { ...base, a: { x: 7, y: 2 } };
    expect(conflictsOf(base, both, both)).toEqual([]);
  });

  it('merges what both began under the same name', () => {
    expect(merged({}, { t: { a: 1 } }, { t: { b: 2 } }, {})).toEqual({ t: { a: 1, b: 2 } });
  });
});

it('lists changes as deep as there are objects', () => {
  expect(changesOf(base, { a: { x: 1, y: 3 }, list: ['two'], gone: true }).map(({ path }) => path.join('/'))).toEqual(['a/y', 'list']);
});
