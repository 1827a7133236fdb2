import type { Worker } from '../../api/types';
import { isObject } from '../../shared/isObject';

export type Standing = Worker['status'] | 'stale';

/** Runners send a heartbeat every ten seconds; after a minute of silence something is wrong. */
const silentAfterMs = 60_000;

export function standingOf(worker: Worker, now: number): Standing {
  const beat = worker.last_heartbeat_time;
  if (worker.stale === true || (beat !== null && now - beat * 1000 > silentAfterMs)) return 'stale';
  return worker.status;
}

export interface Gauge {
  label: string;
  percent: number;
}

const names: Record<string, string> = { cpu_usage_pct: 'CPU', mem_pct: 'memory', disk_pct: 'disk' };

function gaugeOf(label: string, value: unknown): Gauge[] {
  return typeof value === 'number' ? [{ label, percent: Math.min(100, Math.max(0, value)) }] : [];
}

/** The percentages of a heartbeat (`…_pct`), and the load of each GPU. */
export function gaugesOf({ heartbeat_stats: stats }: Pick<Worker, 'heartbeat_stats'>): Gauge[] {
  if (stats === null) return [];
  const gpus = Array.isArray(stats['gpus']) ? stats['gpus'].filter(isObject) : [];
  return [
    ...Object.entries(stats).flatMap(([key, value]) =>
      key.endsWith('_pct') ? gaugeOf(names[key] ?? key.slice(0, -4).replaceAll('_', ' '), value) : [],
    ),
    ...gpus.flatMap((gpu, index) => gaugeOf(gpus.length === 1 ? 'GPU' : `GPU ${index}`, gpu['util_pct'])),
  ];
}
