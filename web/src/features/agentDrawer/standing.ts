import type { Agent } from '../../api/types';
import { ago, until } from '../../shared/format';
import { toneOf } from '../../shared/trouble';

type Told = Pick<Agent, 'provider_chain' | 'provider_state' | 'failover' | 'state'>;

/** What is wrong, since when, and what ends it, in words; null when nothing is. */
export function standing(agent: Told, now: number): string | null {
  if (toneOf(agent) === 'neutral') return null;
  const tier = agent.provider_state;
  if (tier.pause_reason === 'operator') return 'Paused by the operator. It starts no task until it is resumed.';
  if (tier.paused) {
    const tiers = agent.provider_chain.length;
    return `${tiers === 1 ? 'The only tier is' : `All ${tiers} tiers are`} exhausted${cause(agent)}. ${afterExhaustion(agent, now)}`;
  }
  if (tier.current_tier > 1) {
    const when = tier.last_failover_at === null ? '' : `, ${ago(tier.last_failover_at, now)}`;
    return `On tier ${tier.current_tier}${cause(agent)}${when}. ${wayBack(tier.retry_at, now)}`;
  }
  return 'Its container could not be started; Activity has the reason.';
}

function cause({ provider_state: { last_failure_kind } }: Told): string {
  return last_failure_kind === null ? '' : `: ${last_failure_kind}`;
}

function afterExhaustion({ failover, provider_state: { retry_at } }: Told, now: number): string {
  if (retry_at === null || failover?.resume_when_possible === false) return 'It waits for a reset to tier 1.';
  return retry_at <= now ? 'It is about to resume.' : `It resumes by itself ${until(retry_at, now)}.`;
}

function wayBack(retryAt: number | null, now: number): string {
  if (retryAt === null || retryAt <= now) return 'The next success brings it back to tier 1.';
  return `A success ${until(retryAt, now)} or later brings it back to tier 1.`;
}
