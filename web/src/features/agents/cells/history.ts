import type { Envelope, LedgerChange, ProviderState } from '../../../api/types';
import { tierGlyph } from '../../../shared/format';

/** One row of the ledger, as the event log carries it. */
export interface Flip {
  id: number;
  ts: number;
  from: number;
  to: number;
  kind: string;
}

export interface Stretch {
  from: number;
  to: number;
  tier: number;
  paused: boolean;
}

function numberOf(detail: Envelope['detail'], key: string): number | null {
  const value = detail[key];
  return typeof value === 'number' ? value : null;
}

export function flipOf({ id, ts, detail }: Envelope): Flip | null {
  const from = numberOf(detail, 'from_tier');
  const to = numberOf(detail, 'to_tier');
  const kind = detail['kind'];
  if (from === null || to === null || typeof kind !== 'string') return null;
  return { id, ts: numberOf(detail, 'ts') ?? ts, from, to, kind };
}

/** Whether it is paused from then on; null: as before. */
const pausing: Record<LedgerChange, boolean | null> = {
  pause: true,
  exhausted: true,
  unpause: false,
  auto_resume: false,
  manual_reset: false,
  cooldown_reset: null,
  config_changed: null,
};
const pausedBy = new Map<string, boolean | null>(Object.entries(pausing));

/** Whether it was paused before the first known flip: the first pause or resume tells, or else the present state. */
function pausedBefore(flips: Flip[], now: Pick<ProviderState, 'paused'>): boolean {
  for (const { kind } of flips) {
    if (pausedBy.get(kind) === true) return false;
    // A manual reset ends a pause if there was one; only the others prove that there was.
    if (kind === 'unpause' || kind === 'auto_resume') return true;
    if (kind === 'manual_reset') return false;
  }
  return now.paused;
}

/** The tiers of one agent from `begin` to `end`, without gaps. `flips` oldest first. */
export function stretchesOf(flips: Flip[], now: Pick<ProviderState, 'current_tier' | 'paused'>, begin: number, end: number): Stretch[] {
  let tier = flips[0]?.from ?? now.current_tier;
  let paused = pausedBefore(flips, now);
  const stretches: Stretch[] = [];
  let at = begin;
  const until = (to: number) => {
    const bounded = Math.min(Math.max(to, begin), end);
    if (bounded <= at) return;
    const last = stretches.at(-1);
    if (last && last.tier === tier && last.paused === paused) last.to = bounded;
    else stretches.push({ from: at, to: bounded, tier, paused });
    at = bounded;
  };
  for (const { ts, to, kind } of flips) {
    until(ts);
    tier = to;
    paused = pausedBy.get(kind) ?? paused;
  }
  until(end);
  return stretches;
}

/** "① 71 %, ② 29 %, 2 changes": the same history for screen readers. */
export function historyInWords(stretches: Stretch[]): string {
  const total = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
  if (total === 0) return 'no history';
  const shares = new Map<string, number>();
  for (const { from, to, tier, paused } of stretches) {
    const what = paused ? 'paused' : tierGlyph(tier);
    shares.set(what, (shares.get(what) ?? 0) + to - from);
  }
  const parts = [...shares].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, ms]) => `${what} ${percent(ms / total)}`);
  const changes = stretches.length - 1;
  return `${parts.join(', ')}${changes === 0 ? '' : `, ${changes} ${changes === 1 ? 'change' : 'changes'}`}`;
}

function percent(share: number): string {
  const rounded = Math.round(share * 100);
  return rounded === 0 ? 'under 1 %' : `${rounded} %`;
}

/** When the present pause began, as far as the history tells. */
export function pausedSince(flips: Flip[] | undefined): number | null {
  return flips?.findLast(({ kind }) => pausedBy.get(kind) === true)?.ts ?? null;
}
