import { Badge, Group, Stack, Text } from '@mantine/core';
import { useMayChange } from '../../api/role';
import type { Agent } from '../../api/types';
import { AgentActions } from '../../shared/agent/AgentActions';
import { Cooldown } from '../../shared/agent/Cooldown';
import { TierBadge } from '../../shared/agent/TierBadge';
import { amount, frozen } from '../../shared/format';
import { HeldLine } from '../../shared/health/HeldLine';
import { useNowUntil } from '../../shared/useNow';
import classes from './AgentDrawer.module.css';
import { StartStop } from './StartStop';
import { standing } from './standing';
import { TranscriptLink } from './TranscriptLink';

function Facts({ agent }: { agent: Agent }) {
  const lifecycle = agent.state.lifecycle_state;
  return (
    <Text size="sm" c="dimmed" component="div">
      {agent.type} · {agent.mode} · {lifecycle === 'failed' ? '✕ ' : lifecycle === 'paused' ? `${frozen} ` : ''}
      {lifecycle ?? (agent.mode === 'host' ? 'on the host' : 'hot')}
      {agent.current_rollout_id != null && (
        <>
          {' · '}
          <TranscriptLink
            isInText
            rolloutId={agent.current_rollout_id}
            label={`transcript of the running task ${agent.current_rollout_id}`}
          >
            running task
          </TranscriptLink>
        </>
      )}
    </Text>
  );
}

/** What it is, its state, and what puts it right. */
export function AgentHeader({ agent }: { agent: Agent }) {
  const mayChange = useMayChange();
  const told = standing(agent, useNowUntil(agent.provider_state.retry_at));
  return (
    <Stack gap="xs">
      <Group justify="space-between" align="center" gap="sm">
        <Group gap="xs" miw={0}>
          <TierBadge agent={agent} again />
          <Cooldown agent={agent} again />
          {agent.leaving === true && (
            <Badge color="gray" variant="light" title="It was removed from the configuration and goes away when its work is done.">
              leaving
            </Badge>
          )}
        </Group>
        {mayChange && <AgentActions agent={agent} again />}
      </Group>
      {told !== null && <Text size="sm">{told}</Text>}
      {agent.held != null && (
        <Text size="sm" data-testid="agent-drawer-held">
          Holds {amount(agent.held.tasks, 'task')}: <HeldLine held={agent.held} />
        </Text>
      )}
      <div className={classes.facts}>
        <Facts agent={agent} />
        {mayChange && <StartStop agent={agent} />}
      </div>
    </Stack>
  );
}
