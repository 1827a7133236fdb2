import type { Worker } from '../../api/types';

export type Standing = 'busy' | 'idle' | 'unknown' | 'stale';

/** Runners beat every ten seconds; after a minute of silence something is wrong. */
export const silentAfterMs = 60_000;

export function standingOf(worker: Worker, now: number): Standing {
  const beat = worker.last_heartbeat_time;
  if (worker.stale === true || (beat !== null && now - beat * 1000 > silentAfterMs)) return 'stale';
  return worker.status;
}

/** The numbers of a heartbeat that are percentages, by a name for people. */
const gauges: [key: string, label: string][] = [
  ['cpu_usage_pct', 'CPU'],
  ['mem_pct', 'memory'],
  ['disk_pct', 'disk'],
];

export interface Gauge {
  label: string;
  percent: number;
}

export function gaugesOf(worker: Worker): Gauge[] {
  const stats = worker.heartbeat_stats;
  if (stats === null) return [];
  return gauges.flatMap(([key, label]) => {
    const value = stats[key];
    return typeof value === 'number' ? [{ label, percent: Math.min(100, Math.max(0, value)) }] : [];
  });
}
