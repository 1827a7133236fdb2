import { expect, it } from 'vitest';
import { largeNumbers, tooLarge } from './largeNumbers';
import { parseJson } from './parseJson';

it('finds the numbers that a browser would change', () => {
  const document = { a: [1, 2 ** 53], 'b/c': { d: -(2 ** 60), e: 0.1, f: 2 ** 53 - 1, g: '9007199254740993' } };
  expect(largeNumbers(document)).toEqual([
    { path: '/a/1', reason: tooLarge },
    { path: '/b~1c/d', reason: tooLarge },
  ]);
});

it('refuses them where they are typed', () => {
  expect(parseJson('{\n  "a": 9007199254740993\n}').error).toEqual({ line: 2, column: 8, reason: tooLarge });
  expect(parseJson('{"a": 1e400}').error?.reason).toBe(tooLarge);
  expect(parseJson('{"a": 9007199254740991, "b": 1.5e-30, "c": "9007199254740993"}').error).toEqual(null);
});
