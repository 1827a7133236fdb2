import type { Attempt, Rollout, RolloutPage, StoreStatistics } from '../../api/types';
import { now } from '../../testing/fixtures';

const base = now / 1000;

export function attempt(over: Partial<Attempt> = {}): Attempt {
  return {
    rollout_id: 'ro-41f7c2e9ab03',
    attempt_id: 'at-1a2b3c4d',
    sequence_id: 1,
    start_time: base - 120,
    end_time: null,
    status: 'running',
    worker_id: 'reviewer-default',
    last_heartbeat_time: base - 4,
    metadata: null,
    ...over,
  };
}

export function rollout(id: string, over: Partial<Rollout> = {}): Rollout {
  return {
    rollout_id: id,
    input: { prompt: 'Review the diff in this directory and say what is wrong with it.' },
    start_time: base - 120,
    end_time: null,
    mode: 'train',
    resources_id: 'rs-0123456789ab',
    status: 'running',
    config: { max_attempts: 1, retry_condition: [], timeout_seconds: null, unresponsive_seconds: null },
    metadata: {},
    attempt: attempt({ rollout_id: id }),
    ...over,
  };
}

const waiting = rollout('ro-0000000000aa', { status: 'queuing', mode: null, resources_id: null, input: 'Draft the release notes.' });
delete waiting.attempt;

export const rollouts: RolloutPage = {
  items: [
    rollout('ro-41f7c2e9ab03'),
    waiting,
    rollout('ro-0000000000bb', {
      status: 'requeuing',
      attempt: attempt({
        rollout_id: 'ro-0000000000bb',
        sequence_id: 2,
        attempt_id: 'at-2b2b2b2b',
        status: 'timeout',
        end_time: base - 20,
      }),
    }),
    rollout('ro-0000000000cc', { status: 'succeeded', end_time: base - 120 + 5415 - 5400, attempt: attempt({ status: 'succeeded' }) }),
    rollout('ro-0000000000dd', { status: 'failed', end_time: base - 60, attempt: attempt({ status: 'failed', worker_id: null }) }),
  ],
  limit: 100,
  offset: 0,
  total: 5,
};

export const statistics: StoreStatistics = {
  total_rollouts: 240,
  total_attempts: 260,
  total_spans: 4800,
  total_resources: 3,
  total_workers: 8,
  uptime: 3600,
  rollouts_by_status: { queuing: 12, preparing: 1, running: 7, succeeded: 200, failed: 15, cancelled: 4, requeuing: 1 },
  queued: 13,
  oldest_queued_at: base - 95,
  last_hour: { succeeded: 48, failed: 2, cancelled: 1 },
};
