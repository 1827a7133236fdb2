import { compact, count, tierGlyph, windowInWords } from '../../../shared/format';
import classes from '../agents.module.css';

interface Props {
  counted: number;
  threshold: number | null;
  /** "5h": the window that the daemon counts in. */
  window: string;
  tier: number;
  type: string;
}

const size = 18;
const radius = 7;
const around = 2 * Math.PI * radius;

/** `1.2M/2M` with a ring that fills; a bare `80k` where no threshold is set. */
export function TokenRing({ counted, threshold, window, tier, type }: Props) {
  const share = threshold === null ? null : counted / threshold;
  const scope = `by all ${type} instances on tier ${tierGlyph(tier)} ${windowInWords(window)}`;
  const hint =
    threshold === null
      ? `${count(counted)} tokens ${scope}; no threshold`
      : `${count(counted)} of ${count(threshold)} tokens (${Math.round((share ?? 0) * 100)} %) ${scope}`;
  return (
    <span className={classes.tokens} data-hint={hint}>
      <svg
        width={size}
        height={size}
        viewBox={`0 0 ${size} ${size}`}
        aria-hidden
        className={classes.ring}
        data-full={share !== null && share >= 1}
      >
        <circle cx={size / 2} cy={size / 2} r={radius} className={classes.track} strokeDasharray={share === null ? '2 3' : undefined} />
        {share !== null && share > 0 && (
          <circle
            cx={size / 2}
            cy={size / 2}
            r={radius}
            className={classes.fill}
            strokeDasharray={`${Math.min(1, share) * around} ${around}`}
            transform={`rotate(-90 ${size / 2} ${size / 2})`}
          />
        )}
      </svg>
      <span>
        {compact(counted)}
        {threshold !== null && <span className={classes.dim}>/{compact(threshold)}</span>}
      </span>
    </span>
  );
}
