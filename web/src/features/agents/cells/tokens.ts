import type { Agent, Usage } from '../../../api/types';

export interface CountedTokens {
  /** Input and output of all instances of the type on this instance's tier: what the daemon compares with the threshold. */
  counted: number;
  threshold: number | null;
}

/** Tokens by type and tier, once for the whole fleet. */
export function tokenTable(usage: Usage | undefined): (agent: Pick<Agent, 'type' | 'provider_state'>) => CountedTokens | null {
  const table = new Map<string, { threshold: number | null; byTier: Map<number, number> }>();
  for (const { type, usage_threshold_tokens: threshold, instances } of usage?.types ?? []) {
    const byTier = new Map<number, number>();
    for (const { tiers } of instances) {
      for (const { tier, input_tokens: input, output_tokens: output } of tiers ?? []) {
        if (tier !== undefined) byTier.set(tier, (byTier.get(tier) ?? 0) + (input ?? 0) + (output ?? 0));
      }
    }
    table.set(type, { threshold, byTier });
  }
  return ({ type, provider_state: state }) => {
    const known = table.get(type);
    if (!known) return null;
    return { counted: known.byTier.get(state.current_tier) ?? 0, threshold: known.threshold };
  };
}
