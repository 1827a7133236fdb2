import { memo } from 'react';
import type { ProviderState } from '../../../api/types';
import { duration } from '../../../shared/format';
import { useNow } from '../../../shared/useNow';
import classes from '../agents.module.css';
import { historyWindowMs } from '../agentsApi';
import { historyInWords, stretchesOf, type Flip, type Stretch } from './history';

const width = 88;
const height = 20;
const inset = 3;

interface Props {
  /** Of this agent, oldest first. */
  flips: Flip[];
  state: Pick<ProviderState, 'current_tier' | 'paused'>;
  /** How many tiers the chain has. */
  tiers: number;
  /** The agent's name, for screen readers. */
  name: string;
  /** When there began to be a fleet, as far as that is known. */
  began?: number | null;
}

function levelOf(tier: number, tiers: number): number {
  return tiers < 2 ? height / 2 : inset + ((height - 2 * inset) * (Math.min(tier, tiers) - 1)) / (tiers - 1);
}

/** Steps between the tiers; the first tier is on top. */
function Steps({ stretches, tiers, begin }: { stretches: Stretch[]; tiers: number; begin: number }) {
  const x = (at: number) => Math.round((((at - begin) / historyWindowMs) * width + Number.EPSILON) * 10) / 10;
  return stretches.map((stretch, index) => {
    const y = levelOf(stretch.tier, tiers);
    const before = stretches[index - 1];
    // A flip of seconds remains visible.
    const from = Math.min(x(stretch.from), width - 1);
    const to = Math.max(x(stretch.to), from + 1);
    const tone = stretch.paused ? 'danger' : stretch.tier > 1 ? 'warning' : 'neutral';
    return (
      <g key={stretch.from} data-tone={tone} className={classes.stretch}>
        {stretch.paused && <rect x={from} y={0} width={to - from} height={height} className={classes.pause} />}
        {before && before.tier !== stretch.tier && (
          <line x1={from} x2={from} y1={levelOf(before.tier, tiers)} y2={y} className={classes.riser} />
        )}
        <line x1={from} x2={to} y1={y} y2={y} className={classes.step} strokeDasharray={stretch.paused ? '2 2' : undefined} />
      </g>
    );
  });
}

/** Which tiers served the agent in the last 24 hours; dashed on red where it was paused. */
export const HistorySpark = memo(function HistorySpark({ flips, state, tiers, name, began = null }: Props) {
  const now = useNow(60_000);
  const end = Math.max(now, flips.at(-1)?.ts ?? now, began ?? now);
  const begin = end - historyWindowMs;
  const isYoung = began !== null && began > begin;
  const stretches = stretchesOf(flips, state, isYoung ? began : begin, end);
  const span = isYoung ? `its first ${duration(end - began)}` : 'the last 24 hours';
  const words = historyInWords(stretches);
  return (
    <span data-hint={`${span}: ${words}`}>
      <svg
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`${name} in ${span}: ${words}`}
        className={classes.spark}
      >
        <Steps stretches={stretches} tiers={tiers} begin={begin} />
      </svg>
    </span>
  );
});
