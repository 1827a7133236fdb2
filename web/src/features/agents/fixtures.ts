import type { Agent, Envelope, ProviderState, Rollout, Usage } from '../../api/types';
import { agent, exhausted, metrics, minute, now, operatorPaused, tier1, tier2, tier3 } from '../../testing/fixtures';

export const hour = 60 * minute;

export function flipEvent(id: number, instance: string, ts: number, from: number, to: number, kind: string): Envelope {
  const type = kind === 'pause' || kind === 'exhausted' ? 'provider.paused' : to < from ? 'provider.reset' : 'provider.failover';
  return {
    id,
    type,
    instance,
    ts,
    summary: `${instance} ${kind}`,
    detail: { id, ts, agent: instance, from_tier: from, to_tier: to, kind, reason: kind, rollout_id: null, attempt_id: null },
  };
}

/** What the day was like for the fleet of testing/fixtures.ts. */
export const providerDay: Envelope[] = [
  flipEvent(40, 'designer-default', now - 9 * hour, 1, 2, 'rate_limit'),
  flipEvent(41, 'reviewer-b', now - 6 * hour, 1, 2, 'server_error'),
  flipEvent(42, 'designer-default', now - 5 * hour, 2, 3, 'quota'),
  flipEvent(43, 'reviewer-b', now - 4 * hour, 2, 1, 'cooldown_reset'),
  flipEvent(44, 'designer-default', now - 2 * hour, 3, 3, 'exhausted'),
  flipEvent(45, 'writer-b', now - 90 * minute, 1, 1, 'pause'),
  flipEvent(46, 'reviewer-b', now - 50 * minute, 1, 3, 'token_budget'),
  flipEvent(47, 'reviewer-default', now - 47 * minute, 1, 2, 'rate_limit'),
];

type Tokens = [tier: number, input: number, output: number];

export function usageOf(type: string, threshold: number | null, instances: Record<string, Tokens[]>, window = '5h'): Usage {
  const rows = Object.entries(instances).map(([name, tiers]) => ({
    name,
    input_tokens: tiers.reduce((sum, [, input]) => sum + input, 0),
    output_tokens: tiers.reduce((sum, [, , output]) => sum + output, 0),
    tiers: tiers.map(([tier, input, output]) => ({
      tier,
      provider: `p${tier}`,
      model: `m${tier}`,
      input_tokens: input,
      output_tokens: output,
    })),
  }));
  return {
    window,
    types: [
      {
        type,
        usage_threshold_tokens: threshold,
        input_tokens: rows.reduce((sum, row) => sum + row.input_tokens, 0),
        output_tokens: rows.reduce((sum, row) => sum + row.output_tokens, 0),
        instances: rows,
      },
    ],
  };
}

export const dayUsage: Usage = {
  window: '5h',
  types: [
    ...usageOf('reviewer', 2_000_000, { 'reviewer-default': [[2, 1_150_000, 50_000]], 'reviewer-b': [[3, 400_000, 20_000]] }).types,
    ...usageOf('designer', 2_000_000, { 'designer-default': [[3, 1_900_000, 100_000]] }).types,
    ...usageOf('writer', null, { 'writer-a': [[1, 60_000, 20_000]] }).types,
  ],
};

export const calm: Agent[] = ['designer-default', 'reviewer-b', 'reviewer-default', 'writer-a'].map((name) => agent(name));

/** A fleet too long to draw at once. */
export function manyAgents(size: number): Agent[] {
  const states: ProviderState[] = [
    tier1,
    tier1,
    tier1,
    tier1,
    tier1,
    tier1,
    tier2,
    tier1,
    tier1,
    tier3,
    tier1,
    exhausted,
    tier1,
    tier1,
    operatorPaused,
  ];
  const lifecycle = ['ready', 'stopped', 'busy', 'stopped', 'starting'] as const;
  return Array.from({ length: size }, (_, index) => {
    const doing = lifecycle[index % lifecycle.length] ?? 'ready';
    return agent(`worker-${String(index).padStart(4, '0')}`, {
      provider_state: states[index % states.length] ?? tier1,
      state: { lifecycle_state: doing, lifecycle_metrics: metrics },
      queue_depth: index % 7 === 0 ? index % 5 : 0,
      current_rollout_id: doing === 'busy' ? `ro-${String(index).padStart(12, '0')}` : null,
    });
  });
}

export function runningTask(id: string): Rollout {
  const start = (now - 4 * minute) / 1000;
  return {
    rollout_id: id,
    input: '•••',
    start_time: start - 2,
    end_time: null,
    mode: null,
    resources_id: null,
    status: 'running',
    config: { max_attempts: 1 },
    metadata: { agent_type: 'reviewer' },
    attempt: {
      rollout_id: id,
      attempt_id: 'at-1',
      sequence_id: 1,
      start_time: start,
      end_time: null,
      status: 'running',
      worker_id: 'reviewer-default',
      last_heartbeat_time: start,
      metadata: null,
    },
  };
}
