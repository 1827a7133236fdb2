import type { FieldProblem } from '../../../api/types';
import { pointerOf, type Json } from './json';

export const tooLarge =
  'a browser is exact only up to 9007199254740991 (2^53 − 1) and would save another number; write it in the file where the daemon runs';

/** Whether it is the number as written: beyond 53 bits a browser rounds silently. */
export function isKept(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}

/** The paths of numbers that saving from here would change. */
export function largeNumbers(value: Json, path: (string | number)[] = []): FieldProblem[] {
  if (typeof value === 'number') return isKept(value) ? [] : [{ path: pointerOf(path), reason: tooLarge }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => largeNumbers(each, [...path, key]));
}
