import type { Agent } from '../../api/types';
import { retryIn } from '../../shared/agent/tier';
import { ago } from '../../shared/format';
import { toneOf } from '../../shared/trouble';

type Told = Pick<Agent, 'provider_chain' | 'provider_state' | 'failover' | 'state' | 'held'>;

/** What is wrong, since when, and what ends it, in words; null when nothing is. */
export function standing(agent: Told, now: number): string | null {
  if (toneOf(agent) === 'neutral') return null;
  const tier = agent.provider_state;
  if (tier.pause_reason === 'operator') return 'Paused by the operator. It starts no task until it is resumed.';
  if (tier.paused) {
    return `${all(agent.provider_chain.length)} exhausted${cause(agent)}. ${afterExhaustion(agent, now)}`;
  }
  if (agent.state.lifecycle_state === 'paused')
    return 'Somebody paused its container outside Understudy. Its tasks wait until it is unpaused, or stopped.';
  if (tier.current_tier > 1) {
    const when = tier.last_failover_at === null ? '' : `, ${ago(tier.last_failover_at, now)}`;
    return `On tier ${tier.current_tier}${cause(agent)}${when}. ${wayBack(agent, now)}`;
  }
  return 'Its container could not be started; Activity has the reason.';
}

function cause({ provider_state: { last_failure_kind } }: Told): string {
  return last_failure_kind === null ? '' : `: ${last_failure_kind}`;
}

function all(tiers: number): string {
  if (tiers === 1) return 'The only tier is';
  return tiers === 2 ? 'Both tiers are' : `All ${tiers} tiers are`;
}

function afterExhaustion(agent: Told, now: number): string {
  if (agent.failover?.resume_when_possible === false) return 'It waits for a reset to tier 1.';
  if (agent.provider_state.retry_at === null) {
    return agent.held == null ? 'It waits for a reset to tier 1.' : 'It resumes by itself as soon as a tier may serve.';
  }
  const until = retryIn(agent, now);
  return until === null ? 'It is about to resume.' : `It resumes by itself ${until}.`;
}

function wayBack(agent: Told, now: number): string {
  const until = retryIn(agent, now);
  if (agent.failover?.return === 'when_due') {
    return until === null ? 'It returns as soon as a tier above may serve it.' : `It returns with a task ${until} or later.`;
  }
  return until === null ? 'The next success brings it back to tier 1.' : `A success ${until} or later brings it back to tier 1.`;
}
