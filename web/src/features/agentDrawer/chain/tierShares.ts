import type { Tier, TierTime } from '../../../api/types';
import { tierGlyph } from '../../../shared/format';

export interface Share {
  id: string;
  glyph: string;
  /** The model, or what else took the time. */
  name: string;
  provider: string | null;
  ms: number;
  /** As the daemon computed it; the rows add up to 100. */
  percent: number;
  /** Where its bar begins: after the ones above. */
  offset: number;
  isActive: boolean;
}

/** One row for each tier and one for the time paused, each beginning where the one above ends. */
export function sharesOf(time: TierTime, chain: Tier[], activeTier: number, isPaused: boolean): Share[] {
  let offset = 0;
  const after = (percent: number) => {
    const begin = offset;
    offset += percent;
    return begin;
  };
  const tiers = time.tiers.map(({ tier, ms, percent }) => ({
    id: String(tier),
    glyph: tierGlyph(tier),
    name: chain[tier - 1]?.model ?? `tier ${tier}`,
    provider: chain[tier - 1]?.provider ?? null,
    ms,
    percent,
    offset: after(percent),
    isActive: !isPaused && tier === activeTier,
  }));
  const { ms, percent } = time.paused;
  return [...tiers, { id: 'paused', glyph: '✕', name: 'paused', provider: null, ms, percent, offset: after(percent), isActive: isPaused }];
}
