import type { FieldProblem } from '../../../api/types';
import { pointerOf, type Json } from './json';

export const tooLarge =
  'a browser keeps whole numbers up to 9007199254740991 (2^53 − 1) only, and would save another one; write it in the file where the daemon runs';

/** Is it what was written? Beyond 53 bits a browser rounds without a word. */
export function isKept(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}

/** Where the document holds numbers that saving from here would change. */
export function largeNumbers(value: Json, path: (string | number)[] = []): FieldProblem[] {
  if (typeof value === 'number') return isKept(value) ? [] : [{ path: pointerOf(path), reason: tooLarge }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => largeNumbers(each, [...path, key]));
}
