import { isObject, textOf, without, type Json, type JsonObject } from './json';

export const mostTiers = 3;

/** A tier of the document: unknown keys are kept. */
export type TierDraft = JsonObject;

function isLegacy(type: JsonObject): boolean {
  return !('provider_chain' in type) && ('provider' in type || 'model' in type);
}

/** `"provider": "x", "model": "m"` is a chain of one. */
export function chainOf(type: JsonObject): TierDraft[] {
  if (isLegacy(type)) return [{ provider: textOf(type['provider']), model: textOf(type['model']) }];
  const chain = type['provider_chain'];
  return Array.isArray(chain) ? chain.map((tier) => (isObject(tier) ? tier : {})) : [];
}

/** The chain replaces the short form, in the same place. */
export function withChain(type: JsonObject, chain: TierDraft[]): JsonObject {
  if (!isLegacy(type)) return { ...type, provider_chain: chain };
  const first = 'provider' in type ? 'provider' : 'model';
  const entries = Object.entries(type).map(([key, value]): [string, Json] => (key === first ? ['provider_chain', chain] : [key, value]));
  return without(without(Object.fromEntries(entries), 'model'), 'provider');
}

export function moveTier(chain: TierDraft[], from: number, to: number): TierDraft[] {
  const tier = chain[from];
  if (tier === undefined || to < 0 || to >= chain.length) return chain;
  return chain.toSpliced(from, 1).toSpliced(to, 0, tier);
}

export function removeTier(chain: TierDraft[], at: number): TierDraft[] {
  return chain.length <= 1 ? chain : chain.toSpliced(at, 1);
}

/** The new tier uses a provider that the chain does not have yet, if there is one. */
export function addTier(chain: TierDraft[], providers: string[]): TierDraft[] {
  if (chain.length >= mostTiers) return chain;
  const used = chain.map((tier) => textOf(tier['provider']));
  const provider = providers.find((name) => !used.includes(name)) ?? providers[0] ?? '';
  return [...chain, { provider, model: '' }];
}

/** Another provider has other models: the old one's name would be wrong there. */
export function changeTier(chain: TierDraft[], at: number, change: { provider: string } | { model: string }): TierDraft[] {
  return chain.map((tier, i) => {
    if (i !== at) return tier;
    return 'provider' in change && change.provider !== tier['provider'] ? { ...tier, ...change, model: '' } : { ...tier, ...change };
  });
}
