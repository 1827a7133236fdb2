import { expect, it } from 'vitest';
import { attempt } from './fixtures';
import { durationText, heartbeatText, inputPreview, startText, statusWords } from './cells';

it('shows one line of the input, 35 characters at most', () => {
  expect(inputPreview('"short"')).toBe('short');
  expect(inputPreview('"a\\nb  c"')).toBe('a b c');
  expect(inputPreview(`{"prompt":"${'x'.repeat(50)}"}`)).toHaveLength(35);
  expect(inputPreview('null')).toBe('null');
});

it('leaves the numbers of an input as they were written', () => {
  expect(inputPreview('{"n":123456789012345678901,"f":1.0}')).toBe('{"n":123456789012345678901,"f":1.0}');
});

it("shows only the time for today's start", () => {
  const noon = new Date(2026, 3, 29, 12).getTime();
  expect(startText(noon / 1000 - 3600, noon)).toBe('11:00:00');
  expect(startText(noon / 1000 - 86_400, noon)).toBe('2026-04-28 12:00:00');
});

it('counts a duration up to now while the rollout runs', () => {
  expect(durationText({ status: 'running', start_time: 100, end_time: 100 + 5415 }, 0)).toBe('1h 30m 15s');
  expect(durationText({ status: 'running', start_time: 100, end_time: null }, 165_000)).toBe('1m 5s');
  expect(durationText({ status: 'running', start_time: 100, end_time: 100.25 }, 0)).toBe('250 ms');
  expect(durationText({ status: 'timeout', start_time: 100, end_time: null }, 165_000)).toBe('N/A');
});

it('names both statuses only when they differ', () => {
  expect(statusWords({ status: 'running' }, attempt({ status: 'running' }))).toEqual(['running']);
  expect(statusWords({ status: 'requeuing' }, attempt({ status: 'timeout' }))).toEqual(['requeuing', 'timeout']);
  expect(statusWords({ status: 'queuing' }, undefined)).toEqual(['queuing']);
});

it('says N/A for a heartbeat that never was', () => {
  expect(heartbeatText(undefined, 0)).toBe('N/A');
  expect(heartbeatText(attempt({ last_heartbeat_time: null }), 0)).toBe('N/A');
  expect(heartbeatText(attempt({ last_heartbeat_time: 100 }), 160_000)).toBe('1m ago');
});
