import { ActionIcon, Group, Tooltip, VisuallyHidden } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconRestore } from '@tabler/icons-react';
import { useRef } from 'react';
import type { Agent } from '../../api/types';
import { useActOnAgentMutation, type AgentAction } from './actionsApi';
import { notifyRefusal } from './notifyRefusal';
import { isDegraded } from './tier';

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

/** ↺ back to tier 1 (when there is something to reset) and ⏸ or ▶. Shown at once, taken back when the daemon refuses. */
export function AgentActions({ agent, again = false }: Props) {
  const { name, provider_state: state } = agent;
  const [act, { isLoading }] = useActOnAgentMutation();
  const pauseButton = useRef<HTMLButtonElement>(null);
  const send = (action: AgentAction) => {
    if (isLoading) return;
    // The reset button goes away with the reason for it; the keyboard stays beside where it was.
    if (action === 'reset-tier') pauseButton.current?.focus();
    act({ name, action })
      .unwrap()
      .catch((error: unknown) => notifyRefusal(`${name} ${failed[action]}`, error));
  };
  const pauseLabel = state.paused ? `Resume ${name}` : `Pause ${name}`;
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      {isDegraded(agent) && (
        <Tooltip label="Reset to tier 1">
          <ActionIcon
            variant="light"
            size="md"
            data-testid={again ? undefined : `agent-reset-${name}`}
            aria-label={`Reset ${name} to tier 1`}
            onClick={() => send('reset-tier')}
          >
            <IconRestore size={16} aria-hidden />
            <VisuallyHidden>↺</VisuallyHidden>
          </ActionIcon>
        </Tooltip>
      )}
      <Tooltip label={state.paused ? 'Resume: take tasks again' : 'Pause: start no new task'}>
        <ActionIcon
          ref={pauseButton}
          variant={state.paused ? 'light' : 'subtle'}
          color={state.paused ? undefined : 'gray'}
          size="md"
          data-testid={again ? undefined : `agent-pause-${name}`}
          aria-label={pauseLabel}
          onClick={() => send(state.paused ? 'unpause' : 'pause')}
        >
          {state.paused ? <IconPlayerPlay size={16} aria-hidden /> : <IconPlayerPause size={16} aria-hidden />}
          <VisuallyHidden>{state.paused ? '▶' : '⏸'}</VisuallyHidden>
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}
