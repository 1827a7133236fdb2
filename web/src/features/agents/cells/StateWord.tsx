import type { Agent, LifecycleState } from '../../../api/types';
import { frozen } from '../../../shared/format';
import classes from '../agents.module.css';

interface Look {
  glyph: string;
  tone: 'quiet' | 'active' | 'warning' | 'danger';
}

const looks: Record<LifecycleState, Look> = {
  absent: { glyph: '○', tone: 'quiet' },
  stopped: { glyph: '○', tone: 'quiet' },
  starting: { glyph: '◌', tone: 'active' },
  ready: { glyph: '●', tone: 'quiet' },
  busy: { glyph: '▶', tone: 'active' },
  draining: { glyph: '◔', tone: 'active' },
  stopping: { glyph: '◌', tone: 'quiet' },
  paused: { glyph: frozen, tone: 'warning' },
  failed: { glyph: '✕', tone: 'danger' },
  unknown: { glyph: '?', tone: 'quiet' },
};

/** The lifecycle state; agents without one (host, hot) are busy, or show a dash. */
export function StateWord({ agent }: { agent: Pick<Agent, 'state' | 'current_rollout_id' | 'mode'> }) {
  const state = agent.state.lifecycle_state ?? null;
  if (state === null && agent.current_rollout_id == null) {
    return (
      <span
        className={classes.dim}
        data-hint={agent.mode === 'host' ? 'a host agent: nothing to start or stop' : 'hot: kept running by the daemon'}
      >
        –
      </span>
    );
  }
  const word = state ?? 'busy';
  const { glyph, tone } = looks[word];
  return (
    <span className={classes.state} data-tone={tone}>
      <span aria-hidden>{glyph}</span> {word}
    </span>
  );
}
