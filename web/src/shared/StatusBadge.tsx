import type { Attempt, Rollout } from '../api/types';
import classes from './StatusBadge.module.css';

type Status = Rollout['status'] | Attempt['status'];

/** Amber for what may still recover, red for what failed, grey for all that is fine. */
const looks: Record<Status, { tone: 'gray' | 'teal' | 'red' | 'yellow'; glyph: string }> = {
  queuing: { tone: 'gray', glyph: '◌' },
  requeuing: { tone: 'gray', glyph: '↻' },
  preparing: { tone: 'teal', glyph: '◔' },
  running: { tone: 'teal', glyph: '▶' },
  succeeded: { tone: 'gray', glyph: '✓' },
  cancelled: { tone: 'gray', glyph: '⊘' },
  failed: { tone: 'red', glyph: '✕' },
  timeout: { tone: 'yellow', glyph: '⏱' },
  unresponsive: { tone: 'yellow', glyph: '…' },
};

/** Looks like Mantine's badge, but with plain markup: a table has hundreds. */
export function StatusBadge({ status }: { status: Status }) {
  const { tone, glyph } = looks[status];
  return (
    <span className={classes.badge} data-tone={tone}>
      <span aria-hidden>{glyph}</span>
      <span>{status}</span>
    </span>
  );
}
