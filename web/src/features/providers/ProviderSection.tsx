import { Group, Paper, Text, Title } from '@mantine/core';
import { useRef } from 'react';
import { useIsOperator } from '../../api/role';
import type { Agent, Provider } from '../../api/types';
import { Faults } from './Faults';
import { HealthRows } from './HealthRows';
import classes from './providers.module.css';
import { ResetProvider } from './ResetProvider';
import { callsInWords, firstTokenInWords, healthsOf, holdingInWords, tokensInWords } from './standing';
import { TryNow } from './TryNow';

const dialects: Record<Provider['dialect'], string> = {
  anthropic: 'Anthropic Messages',
  'openai-responses': 'OpenAI Responses',
  'openai-chat': 'OpenAI Chat Completions',
  gemini: 'Gemini',
};

interface Props {
  provider: Provider;
  agents: Agent[];
  /** The usage window, as the daemon names it; '' while it is not known. */
  window: string;
}

/** One provider: whether it serves, for whom, how much, and what an operator can do about it. */
export function ProviderSection({ provider, agents, window }: Props) {
  const { name, dialect, vendor, accounts, models } = provider;
  const section = useRef<HTMLElement>(null);
  const mayAct = useIsOperator();
  const focus = () => section.current?.focus();
  const canTry = accounts.some(({ health }) => health.state === 'open');
  const canReset = healthsOf(provider).some(({ state }) => state !== 'closed' && state !== 'unconfigured');
  const figures = [callsInWords(provider), tokensInWords(provider, window), firstTokenInWords(provider), holdingInWords(name, agents)];
  return (
    <Paper withBorder p="md" component="section" aria-label={`Provider ${name}`} ref={section} tabIndex={-1}>
      <Group justify="space-between" align="flex-start" gap="xs" mb={4}>
        <div>
          <Title order={2} size="h4">
            {name}
          </Title>
          <Text size="xs" c="dimmed">
            {[vendor, dialects[dialect]].filter((part) => part != null).join(' · ')}
          </Text>
        </div>
        {mayAct && (
          <Group gap="xs">
            {canTry && <TryNow name={name} onDone={focus} />}
            {canReset && <ResetProvider name={name} />}
          </Group>
        )}
      </Group>
      <Text size="sm" className={classes.figures}>
        {figures.filter((part) => part !== null).join(' · ')}
      </Text>
      {accounts.length === 0 && models.length === 0 ? (
        <Text size="sm" c="dimmed" mt="xs">
          In no agent’s chain.
        </Text>
      ) : (
        <HealthRows provider={provider} mayTry={mayAct} onTried={focus} />
      )}
      <Faults models={models} />
    </Paper>
  );
}
