import type { Worker } from '../../api/types';
import { now } from '../../testing/fixtures';

const base = now / 1000;

export function worker(id: string, over: Partial<Worker> = {}): Worker {
  return {
    worker_id: id,
    status: 'busy',
    heartbeat_stats: { cpu_usage_pct: 43.5, mem_pct: 61, disk_pct: 20, host: 'train-1' },
    last_heartbeat_time: base - 4,
    last_dequeue_time: base - 60,
    last_busy_time: base - 60,
    last_idle_time: base - 65,
    current_rollout_id: 'ro-41f7c2e9ab03',
    current_attempt_id: 'at-1a2b3c4d',
    ...over,
  };
}

export const workers = [
  worker('runner-1'),
  worker('runner-2', { status: 'idle', current_rollout_id: null, current_attempt_id: null }),
  worker('runner-3', { last_heartbeat_time: base - 600 }),
  worker('runner-4', {
    status: 'unknown',
    heartbeat_stats: null,
    last_heartbeat_time: null,
    last_dequeue_time: null,
    last_busy_time: null,
    last_idle_time: null,
  }),
];
