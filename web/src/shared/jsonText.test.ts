import { expect, it } from 'vitest';
import { elementsOf, entriesOf, indentJson, memberOf, readString } from './jsonText';

it('lays out without touching a number, a key or an escape', () => {
  expect(indentJson('{"b":123456789012345678901,"a":[1.0, -0.0],"c":{},"d":"\\u00e9 {\\"x\\":1}"}')).toBe(
    '{\n  "b": 123456789012345678901,\n  "a": [\n    1.0,\n    -0.0\n  ],\n  "c": {},\n  "d": "\\u00e9 {\\"x\\":1}"\n}',
  );
});

it('cuts the elements of a page as they are', () => {
  const page = '{"items":[{"id":"a","n":1.0,"s":"],["},{"id":"b","list":[1,{"x":[]}]},7 , "text"],"total":4}';
  expect(elementsOf(page, 'items')).toEqual(['{"id":"a","n":1.0,"s":"],["}', '{"id":"b","list":[1,{"x":[]}]}', '7', '"text"']);
  expect(elementsOf('{"items":[]}', 'items')).toEqual([]);
  expect(elementsOf('{"total":0}', 'items')).toEqual([]);
});

it('finds a member behind others of any shape', () => {
  expect(memberOf('{"a":{"items":1},"b":"items","items":[1.50]}', 'items')).toBe('[1.50]');
  expect(memberOf('{"a":1}', 'b')).toBeNull();
});

it('lists the members in their order, keys read and values as they are written', () => {
  expect(entriesOf('{"z":1.0,"a\\u0062":{"x":[1]}, "c":"\\n"}')).toEqual([
    ['z', '1.0'],
    ['ab', '{"x":[1]}'],
    ['c', '"\\n"'],
  ]);
  expect(entriesOf('[{"a":1}]')).toEqual([]);
  expect(entriesOf('{}')).toEqual([]);
});

it('reads a string and leaves every other value alone', () => {
  expect(readString('"a\\n\\"b\\""')).toBe('a\n"b"');
  expect(readString('1.0')).toBe('1.0');
  expect(readString('123456789012345678901')).toBe('123456789012345678901');
});
