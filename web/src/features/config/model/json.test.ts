import { describe, expect, it } from 'vitest';
import { clearAt, edited, getAt, objectOf, pathOf, pointerOf, renameKey, setAt, type JsonObject } from './json';

describe('paths', () => {
  it('escapes what a pointer cannot hold', () => {
    const path = ['env', 'a/b~c', '0'];
    expect(pointerOf(path)).toBe('/env/a~1b~0c/0');
    expect(pathOf('/env/a~1b~0c/0')).toEqual(path);
    expect(pathOf('')).toEqual([]);
  });

  it('reads objects and lists, and nothing that only looks like a member', () => {
    expect(getAt({ a: [{ b: 1 }] }, ['a', 0, 'b'])).toBe(1);
    expect(getAt({ a: 'text' }, ['a', 'length'])).toBeUndefined();
    expect(getAt({}, ['constructor'])).toBeUndefined();
  });
});

describe('editing', () => {
  const document = { z: { one: 1, two: { deep: true } }, a: [1, 2], m: null };

  it('changes one value and keeps the rest and its order', () => {
    const next = setAt(document, ['z', 'one'], 2);
    expect(JSON.stringify(next)).toBe('{"z":{"one":2,"two":{"deep":true}},"a":[1,2],"m":null}');
    expect(document.z.one).toBe(1);
  });

  it('puts back where it was what was taken away', () => {
    const like = { a: { one: 1, two: 2, three: 3 } };
    const again = (key: string, left: JsonObject) => Object.keys(objectOf(getAt(edited({ a: left }, ['a', key], 0, like), ['a'])));
    expect(again('two', { one: 1, three: 3 })).toEqual(['one', 'two', 'three']);
    expect(again('one', { two: 1, other: 2 })).toEqual(['one', 'two', 'other']);
    expect(again('fresh', { two: 1 })).toEqual(['two', 'fresh']);
    expect(edited({}, ['a', 'two'], 0, like)).toEqual({ a: { two: 0 } });
  });

  it('makes the blocks on the way, also in place of null', () => {
    expect(setAt(document, ['m', 'x', 'y'], 1)).toMatchObject({ m: { x: { y: 1 } } });
  });

  it('keeps keys that JavaScript finds special', () => {
    const next = setAt(JSON.parse('{"__proto__": {"a": 1}}'), ['__proto__', 'b'], 2);
    expect(JSON.stringify(next)).toBe('{"__proto__":{"a":1,"b":2}}');
  });

  it('takes a key away with the blocks that this leaves empty, but not a block that means something', () => {
    const types = { agent_types: { reviewer: { container: { readiness: { kind: 'tcp' } }, failover: { cooldown_min: 1 } } } };
    const at = ['agent_types', 'reviewer'];
    expect(clearAt(types, [...at, 'container', 'readiness', 'kind'])).toEqual({
      agent_types: { reviewer: { failover: { cooldown_min: 1 } } },
    });
    expect(edited(types, [...at, 'failover', 'cooldown_min'], undefined)).toMatchObject({ agent_types: { reviewer: { failover: {} } } });
    expect(clearAt(types, [...at, 'nothing'])).toBe(types);
  });

  it('renames a key at its place', () => {
    expect(Object.keys(renameKey({ a: 1, b: 2, c: 3 }, 'b', 'x'))).toEqual(['a', 'x', 'c']);
  });
});
