import { expect, it } from 'vitest';
import { bytesText, endingText, tokensText } from './words';

it('says sizes', () => {
  expect([0, 931, 1_048_576, 52_434_560].map(bytesText)).toEqual(['0 B', '931 B', '1 MB', '52 MB']);
});

it('leaves out what is not known', () => {
  expect(tokensText({ input: 5300, cacheRead: 0, cacheWritten: 0, output: null })).toBe('5.3k in');
  expect(tokensText({ input: 5300, cacheRead: 80_000, cacheWritten: 1200, output: 480 })).toBe('5.3k in · 81k cached · 480 out');
  const ending = { failed: false, reason: null, turns: 1, durationMs: 351, costUsd: 0.0004, tokens: null, errors: [], text: null };
  expect(endingText(ending)).toBe('1 turn · 351 ms · $0.0004');
  expect(endingText({ ...ending, turns: null, durationMs: null, costUsd: 0 })).toBe('');
});
