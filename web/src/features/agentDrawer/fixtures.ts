import type { LifecycleEvent, ProviderEvent, Rollout, TierTime, Why } from '../../api/types';
import { minute, now } from '../../testing/fixtures';
import { answer } from '../../testing/handlers';

const hour = 60 * minute;

/** 24 hours: 17 h 2 min on tier 1, then tier 2. */
export const tierTime: TierTime = {
  window_ms: 24 * hour,
  tiers: [
    { tier: 1, ms: 61_344_000, percent: 71 },
    { tier: 2, ms: 22_464_000, percent: 26 },
    { tier: 3, ms: 0, percent: 0 },
  ],
  paused: { ms: 2_592_000, percent: 3 },
};

export const quietTierTime: TierTime = {
  window_ms: 24 * hour,
  tiers: [
    { tier: 1, ms: 24 * hour, percent: 100 },
    { tier: 2, ms: 0, percent: 0 },
    { tier: 3, ms: 0, percent: 0 },
  ],
  paused: { ms: 0, percent: 0 },
};

export function providerEvent(id: number, over: Partial<ProviderEvent> = {}): ProviderEvent {
  return {
    id,
    ts: now - (100 - id) * 10 * minute,
    agent: 'reviewer-default',
    from_tier: 1,
    to_tier: 2,
    kind: 'auth_error',
    reason: '401 auth_error',
    rollout_id: null,
    attempt_id: null,
    ...over,
  };
}

/** One row of every kind, oldest first as the daemon answers. */
export const ledger: ProviderEvent[] = [
  providerEvent(1, { rollout_id: 'ro-41f7c2e9ab03', attempt_id: 'at-c07ecb5d' }),
  providerEvent(2, {
    kind: 'rate_limit',
    reason: '429 rate_limit',
    from_tier: 2,
    to_tier: 3,
    rollout_id: 'ro-41f7c2e9ab04',
    attempt_id: 'at-2',
  }),
  providerEvent(3, { kind: 'exhausted', reason: '529 server_error', from_tier: 3, to_tier: 3, rollout_id: 'ro-41f7c2e9ab05' }),
  providerEvent(4, { kind: 'auto_resume', reason: 'a tier is due again', from_tier: 3, to_tier: 1 }),
  providerEvent(5, { kind: 'pause', reason: 'paused by the operator', from_tier: 1, to_tier: 1 }),
  providerEvent(6, { kind: 'unpause', reason: 'resumed by the operator', from_tier: 1, to_tier: 1 }),
  providerEvent(7, { kind: 'config_changed', reason: 'the provider chain was edited', from_tier: 1, to_tier: 2 }),
  providerEvent(8, { kind: 'cooldown_reset', reason: 'cooldown over', from_tier: 2, to_tier: 1 }),
  providerEvent(9, { kind: 'token_budget', reason: 'token budget of 2,000,000 in 5h used up' }),
  providerEvent(10, { kind: 'manual_reset', reason: 'reset by the operator', from_tier: 2, to_tier: 1 }),
];

export function lifecycleEvent(id: number, type: string, summary: string, over: Partial<LifecycleEvent> = {}): LifecycleEvent {
  return {
    id,
    type: `container.${type}` as LifecycleEvent['type'], // or of a later daemon
    instance: 'reviewer-default',
    ts: now - (100 - id) * minute,
    latency_ms: null,
    idle_seconds: null,
    summary,
    detail: {},
    ...over,
  };
}

export function start(id: number, phases: [queued: number, create: number, start: number, probe: number]): LifecycleEvent {
  const [queued_ms, create_ms, start_ms, probe_ms] = phases;
  const latency_ms = queued_ms + create_ms + start_ms + probe_ms;
  return lifecycleEvent(id, 'lazy_started', `reviewer-default started in ${latency_ms} ms`, {
    latency_ms,
    detail: { latency_ms, queued_ms, create_ms, start_ms, probe_ms },
  });
}

/** Oldest first. */
export const activity: LifecycleEvent[] = [
  start(10, [2, 640, 310, 148]),
  lifecycleEvent(11, 'lazy_stopped', 'reviewer-default stopped after 12 min idle', {
    idle_seconds: 720,
    detail: { idle_seconds: 720, reason: 'idle' },
  }),
  lifecycleEvent(12, 'lazy_start_failed', 'reviewer-default could not start: no such image: reviewer:17', {
    detail: {
      error: 'no such image: reviewer:17\npull it, or mend container.image',
      kind: 'image_missing',
      log_tail: 'pulling reviewer:17\nmanifest unknown\n',
    },
  }),
  start(13, [2, 180, 60, 45]),
  lifecycleEvent(14, 'crashed', 'reviewer-default crashed with code 137, out of memory after 42 s', {
    detail: { error: 'exit code 137', exit_code: 137, log_tail: 'allocating\nKilled' },
  }),
  lifecycleEvent(15, 'recreated', 'reviewer-default recreated: generation 3 → 4'),
  start(16, [0, 210, 70, 60]),
];

/** Thirty starts, one of them slow. */
export const manyStarts: LifecycleEvent[] = Array.from({ length: 30 }, (_, at) =>
  start(at + 1, at === 20 ? [700, 900, 240, 160] : [at % 5, 160 + ((at * 37) % 80), 60 + ((at * 13) % 20), 40 + ((at * 7) % 30)]),
);

export const why: Why = {
  last_decision: 'reviewer-default ① → ②: 401 auth_error',
  decided_at: now - 47 * minute,
  guards: [
    { name: 'queue', value: '2 waiting', code: 'queue', actual: 2 },
    { name: 'tier', value: '2 of 3', code: 'tier', actual: 2, needed: 3 },
    { name: 'retry', value: 'in 12 min', code: 'retry', until: now + 12 * minute },
    { name: 'idle stop: no leases', value: '0 leases', holds: true, code: 'idle_stop', part: 'no leases', actual: 0 },
    {
      name: 'idle stop: idle window',
      value: '4 s of 600 s',
      holds: false,
      code: 'idle_stop',
      part: 'idle window',
      actual: 4_000,
      needed: 600_000,
    },
  ],
  next_timer: { at: now + 12 * minute, what: 'from then on a success brings it back to tier 1', code: 'return' },
};

export const sentTask: Rollout = {
  rollout_id: 'ro-7a01b2c3d4e5',
  input: 'Review the last commit.',
  start_time: now / 1000,
  end_time: null,
  mode: null,
  resources_id: null,
  status: 'queuing',
  config: { timeout_seconds: null, unresponsive_seconds: null, max_attempts: 1, retry_condition: [] },
  metadata: { agent: 'reviewer-default' },
};

/** A day in the life of reviewer-default. */
export const drawerHandlers = [
  answer('get', '/event-log', []),
  answer('get', '/agents/{name}/tier-time', tierTime),
  answer('get', '/agents/{name}/provider-events', ledger),
  answer('get', '/agents/{name}/lifecycle-events', activity),
  answer('get', '/agents/{name}/why', why),
  answer('post', '/agents/{name}/tasks', sentTask, { status: 201 }),
];
