import { Group } from '@mantine/core';
import type { Meta, StoryObj } from '@storybook/react-vite';
import type { ProviderState } from '../../api/types';
import { agent, exhausted, operatorPaused, tier1, tier2, tier3 } from '../../testing/fixtures';
import { refuse } from '../../testing/handlers';
import { AgentActions } from './AgentActions';
import { Cooldown } from './Cooldown';
import { TierBadge } from './TierBadge';

function All({ state }: { state: ProviderState }) {
  const shown = agent('reviewer-default', { provider_state: state });
  return (
    <Group>
      <TierBadge agent={shown} />
      <Cooldown agent={shown} />
      <AgentActions agent={shown} />
    </Group>
  );
}

const meta: Meta<typeof All> = { component: All };

export default meta;
type Story = StoryObj<typeof All>;

export const Tier1: Story = { args: { state: tier1 } };
export const Tier2CoolingDown: Story = { args: { state: tier2 } };
export const Tier3TokenBudget: Story = { args: { state: tier3 } };
export const CooldownOver: Story = { args: { state: { ...tier2, retry_at: null } } };
export const Exhausted: Story = { args: { state: exhausted } };
export const PausedByAnOperator: Story = { args: { state: operatorPaused } };
export const ResetRefused: Story = {
  args: { state: tier2 },
  parameters: { handlers: [refuse('post', '/agents/{name}/reset-tier', 401, 'Unauthorized', 'This call wants the operator.')] },
};
