import type { Agent, Envelope, Health, LifecycleMetrics, ProviderState, Usage } from '../api/types';

/** The clock of all fixtures: 2026-04-29 10:00 UTC. */
export const now = Date.UTC(2026, 3, 29, 10, 0, 0);
export const minute = 60_000;

const chain = [
  { provider: 'anthropic', model: 'claude-opus-4-7' },
  { provider: 'deepseek', model: 'deepseek-v4-pro' },
  { provider: 'ollama', model: 'qwen3-coder' },
];

export const tier1: ProviderState = {
  current_tier: 1,
  last_failover_at: null,
  last_failure_kind: null,
  paused: false,
  pause_reason: null,
  retry_at: null,
  active_model: 'claude-opus-4-7',
  cooldown_min: 60,
};
export const tier2: ProviderState = {
  ...tier1,
  current_tier: 2,
  last_failover_at: now - 47 * minute,
  last_failure_kind: 'rate_limit',
  retry_at: now + 12 * minute,
  active_model: 'deepseek-v4-pro',
};
export const tier3: ProviderState = { ...tier2, current_tier: 3, last_failure_kind: 'token_budget', active_model: 'qwen3-coder' };
export const exhausted: ProviderState = { ...tier3, paused: true, pause_reason: 'exhausted', last_failure_kind: 'quota' };
export const operatorPaused: ProviderState = { ...tier1, paused: true, pause_reason: 'operator' };

export const started: Envelope = {
  id: 90,
  type: 'container.lazy_started',
  instance: 'reviewer-default',
  ts: now - 5 * minute,
  summary: 'reviewer-default started in 287 ms',
  detail: { latency_ms: 287, queued_ms: 2, create_ms: 180, start_ms: 60, probe_ms: 45 },
};

export const metrics: LifecycleMetrics = {
  starts: 12,
  stops: 11,
  start_failures: 1,
  stop_failures: 0,
  crashes: 0,
  cold_start_ms: { p50: 287, p95: 900, max: 1100, last: 287 },
  idle_seconds_total: 8640,
  last_event: started,
};

export function agent(name: string, over: Partial<Agent> = {}): Agent {
  return {
    name,
    type: name.replace(/-[^-]*$/, ''),
    provider_chain: chain,
    failover: {
      cooldown_min: 60,
      on_exhausted: 'pause',
      resume_when_possible: true,
      triggers: ['auth_error', 'quota', 'rate_limit', 'server_error'],
      server_error_threshold: 3,
    },
    provider_state: tier1,
    state: { lifecycle_state: 'ready', lifecycle_metrics: metrics },
    mode: 'docker',
    current_rollout_id: null,
    queue_depth: 0,
    ...over,
  };
}

export const fleet: Agent[] = [
  agent('designer-default', {
    provider_state: exhausted,
    state: { lifecycle_state: 'stopped', lifecycle_metrics: metrics },
    queue_depth: 3,
  }),
  agent('reviewer-b', { provider_state: tier3 }),
  agent('reviewer-default', {
    provider_state: tier2,
    state: { lifecycle_state: 'busy', lifecycle_metrics: metrics },
    current_rollout_id: 'ro-41f7c2e9ab03',
  }),
  agent('writer-a', {}),
  agent('writer-b', { provider_state: operatorPaused, state: { lifecycle_state: null, lifecycle_metrics: null }, mode: 'host' }),
];

export const health: Health = {
  status: 'ok',
  version: '0.1.0',
  uptime_s: 3600,
  store: 'ok',
  runtimes: { docker: 'ok' },
  held: { tasks: 0, agents: 0 },
  tls: false,
  exposed_without_tls: false,
  log_dropped: 0,
  few_open_files: false,
  demo: false,
};

export const usage: Usage = {
  window: '5h',
  types: [
    {
      type: 'reviewer',
      usage_threshold_tokens: 2_000_000,
      input_tokens: 1_150_000,
      output_tokens: 50_000,
      instances: [
        {
          name: 'reviewer-default',
          input_tokens: 1_150_000,
          output_tokens: 50_000,
          tiers: [{ tier: 2, provider: 'deepseek', model: 'deepseek-v4-pro', input_tokens: 1_150_000, output_tokens: 50_000 }],
        },
      ],
    },
    { type: 'writer', usage_threshold_tokens: null, input_tokens: 80_000, output_tokens: 0, instances: [] },
  ],
};
