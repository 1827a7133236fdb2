import { describe, expect, it } from 'vitest';
import {
  ago,
  amount,
  clock,
  compact,
  count,
  countdown,
  duration,
  milliseconds,
  minuteStamp,
  shortId,
  tierGlyph,
  timestamp,
  windowInWords,
} from './format';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

it.each([
  [0, '0'],
  [999, '999'],
  [1_234_567, '1,234,567'],
])('count %d', (value, text) => expect(count(value)).toBe(text));

it.each([
  [0, '0'],
  [999, '999'],
  [1000, '1k'],
  [1234, '1.2k'],
  [80_000, '80k'],
  [999_499, '999k'],
  [999_500, '1M'],
  [999_500_000, '1G'],
  [1_234_567, '1.2M'],
  [12_345_678, '12M'],
  [2_000_000_000, '2G'],
])('compact %d', (value, text) => expect(compact(value)).toBe(text));

it.each([
  [0, '0 ms'],
  [287.4, '287 ms'],
  [1000, '1 s'],
  [1100, '1.1 s'],
  [95_000, '1m 35s'],
])('milliseconds %d', (value, text) => expect(milliseconds(value)).toBe(text));

it.each([
  [-5, '0s'],
  [0, '0s'],
  [59_999, '59s'],
  [hour, '1h'],
  [5_415_000, '1h 30m 15s'],
  [day + 2 * hour + 15 * second, '1d 2h'],
  [12 * minute, '12m'],
])('duration %d', (value, text) => expect(duration(value)).toBe(text));

describe('ago', () => {
  it.each([
    [0, 'just now'],
    [4 * second, 'just now'],
    [5 * second, '5s ago'],
    [47 * minute, '47m ago'],
    [3 * hour, '3h ago'],
    [47 * hour, '47h ago'],
    [5 * day, '5d ago'],
  ])('%d', (past, text) => expect(ago(10 * day, 10 * day + past)).toBe(text));
});

it('times are local', () => {
  const at = new Date(2026, 3, 9, 9, 4, 5).getTime();
  expect(timestamp(at)).toBe('2026-04-09 09:04:05');
  expect(minuteStamp(at)).toBe('2026-04-09 09:04');
});

it.each([
  ['short', 'short'],
  ['ro-41f7c2e9ab', 'ro-41f7c2e9ab'],
  ['ro-41f7c2e9ab03', 'ro-41f7c2…ab03'],
])('shortId %s', (id, text) => expect(shortId(id)).toBe(text));

it.each([
  [1, '①'],
  [2, '②'],
  [3, '③'],
  [4, '(4)'],
])('tierGlyph %d', (tier, glyph) => expect(tierGlyph(tier)).toBe(glyph));

describe('countdown', () => {
  it.each([
    [-1, null],
    [0, null],
    [1, 'in 1s'],
    [4_001, 'in 5s'],
    [minute, 'in 60s'],
    [119 * second, 'in 119s'],
    [119 * second + 1, 'in 2m'],
    [2 * minute + 29 * second, 'in 2m'],
    [12 * minute + 29 * second, 'in 12m'],
    [12 * minute + 30 * second, 'in 13m'],
    [120 * minute, 'in 120m'],
    [150 * minute, 'in 2h 30m'],
    [5 * hour, 'in 5h'],
    [8 * day, 'in 8d'],
  ])('%d', (ahead, text) => expect(countdown(10 * day + ahead, 10 * day)).toBe(text));
});

it('gives the date of what is not today', () => {
  const at = new Date(2026, 3, 9, 23, 45, 0).getTime();
  expect(clock(at, at - hour)).toBe('23:45');
  expect(clock(at, at + hour)).toBe('2026-04-09 23:45');
});

it('names the window', () => {
  expect(windowInWords('5h')).toBe('in the last 5 h');
  expect(windowInWords('30d')).toBe('in the last 30 d');
  expect(windowInWords('all')).toBe('since the beginning');
});

it('counts in words', () => {
  expect([amount(1, 'task'), amount(1400, 'task'), amount(2, 'reply', 'replies')]).toEqual(['1 task', '1,400 tasks', '2 replies']);
});
