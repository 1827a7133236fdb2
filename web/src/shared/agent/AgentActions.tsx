import { IconPlayerPause, IconPlayerPlay, IconRestore } from '@tabler/icons-react';
import { useRef } from 'react';
import type { Agent } from '../../api/types';
import { useActOnAgentMutation, type AgentAction } from './actionsApi';
import { notifyRefusal } from './notifyRefusal';
import { isDegraded } from './tier';
import classes from './agent.module.css';

const failed: Record<AgentAction, string> = {
  'reset-tier': 'could not be reset to tier 1',
  pause: 'could not be paused',
  unpause: 'could not be resumed',
};

interface Props {
  agent: Agent;
  /** The row owns the test ids of its agent; a second place on the page leaves them out. */
  again?: boolean;
}

/** ↺ back to tier 1 (when there is something to reset) and ⏸ or ▶. Shown at once, rolled back when the daemon refuses. */
export function AgentActions({ agent, again = false }: Props) {
  const { name, provider_state: state } = agent;
  const [act, { isLoading }] = useActOnAgentMutation();
  const pauseButton = useRef<HTMLButtonElement>(null);
  const send = (action: AgentAction) => {
    if (isLoading) return;
    // The reset button disappears with its reason; the focus moves to the button beside it.
    if (action === 'reset-tier') pauseButton.current?.focus();
    act({ name, action })
      .unwrap()
      .catch((error: unknown) => notifyRefusal(`${name} ${failed[action]}`, error));
  };
  const pauseLabel = state.paused ? `Resume ${name}` : `Pause ${name}`;
  return (
    <span className={classes.actions}>
      {isDegraded(agent) && (
        <button
          type="button"
          className={classes.action}
          data-wanted
          data-testid={again ? undefined : `agent-reset-${name}`}
          aria-label={`Reset ${name} to tier 1`}
          title="Reset to tier 1"
          onClick={() => send('reset-tier')}
        >
          <IconRestore size={16} aria-hidden />
          <span className={classes.unseen}>↺</span>
        </button>
      )}
      <button
        ref={pauseButton}
        type="button"
        className={classes.action}
        data-wanted={state.paused}
        data-testid={again ? undefined : `agent-pause-${name}`}
        aria-label={pauseLabel}
        title={state.paused ? 'Resume: take tasks again' : 'Pause: start no new task'}
        onClick={() => send(state.paused ? 'unpause' : 'pause')}
      >
        {state.paused ? <IconPlayerPlay size={16} aria-hidden /> : <IconPlayerPause size={16} aria-hidden />}
        <span className={classes.unseen}>{state.paused ? '▶' : '⏸'}</span>
      </button>
    </span>
  );
}
