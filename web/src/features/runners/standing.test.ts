import { expect, it } from 'vitest';
import { worker } from './fixtures';
import { gaugesOf, standingOf } from './standing';

it('calls a runner stale after a minute of silence, or when the store says so', () => {
  const beat = worker('w', { last_heartbeat_time: 100 });
  expect(standingOf(beat, 150_000)).toBe('busy');
  expect(standingOf(beat, 161_000)).toBe('stale');
  expect(standingOf({ ...beat, stale: true }, 101_000)).toBe('stale');
  expect(standingOf(worker('w', { status: 'unknown', last_heartbeat_time: null }), 0)).toBe('unknown');
});

it('draws the percentages of a heartbeat', () => {
  expect(gaugesOf(worker('w', { heartbeat_stats: { cpu_usage_pct: 140, mem_pct: 20, host: 'a' } }))).toEqual([
    { label: 'CPU', percent: 100 },
    { label: 'memory', percent: 20 },
  ]);
  expect(gaugesOf(worker('w', { heartbeat_stats: { net_load_pct: 5, gpus: [{ util_pct: 91 }, { util_pct: 7 }, 'x'] } }))).toEqual([
    { label: 'net load', percent: 5 },
    { label: 'GPU 0', percent: 91 },
    { label: 'GPU 1', percent: 7 },
  ]);
  expect(gaugesOf(worker('w', { heartbeat_stats: null }))).toEqual([]);
});
