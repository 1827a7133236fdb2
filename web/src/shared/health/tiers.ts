import type { Agent, Provider, ProviderAccount, ProviderHealth, Tier } from '../../api/types';
import { worse } from './words';

/** The account that an agent uses: its own login, or else everybody's. */
export function accountOf({ accounts }: Provider, agent: string): ProviderAccount | undefined {
  return accounts.find(({ instances }) => instances?.includes(agent) === true) ?? accounts.find(({ instances }) => instances == null);
}

export interface TierHealth extends Tier {
  tier: number;
  /** Of the account or of the model, whichever is worse; null: not known. */
  health: ProviderHealth | null;
}

/** The tiers of an agent's chain, with what the fleet knows about each. */
export function tiersOf({ name, provider_chain: chain }: Pick<Agent, 'name' | 'provider_chain'>, providers: Provider[]): TierHealth[] {
  return chain.map(({ provider, model }, index) => {
    const found = providers.find((each) => each.name === provider);
    const known = found && [accountOf(found, name)?.health, found.models.find((each) => each.model === model)?.health];
    const [first, ...others] = (known ?? []).filter((each) => each !== undefined);
    return { tier: index + 1, provider, model, health: first === undefined ? null : others.reduce(worse, first) };
  });
}
