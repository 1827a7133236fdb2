import type { Meta, StoryObj } from '@storybook/react-vite';
import { tiersOf } from '../../../shared/health/tiers';
import { agent, exhausted, now } from '../../../testing/fixtures';
import { calmProviders, outOfQuota, provider, waitsForQuota } from '../../../testing/providers';
import { why } from '../fixtures';
import { WhyView } from './WhyView';

const meta: Meta<typeof WhyView> = { component: WhyView, args: { why } };

export default meta;
type Story = StoryObj<typeof WhyView>;

export const Degraded: Story = {};
export const AboutToStop: Story = {
  args: { why: { ...why, next_timer: { at: now + 6_000, what: 'container: idle stop', code: 'container', part: 'idle stop' } } },
};
export const TimerIsDue: Story = {
  args: { why: { ...why, next_timer: { at: now - 1, what: 'container: idle stop', code: 'container', part: 'idle stop' } } },
};
export const ExhaustedAndIdle: Story = {
  args: {
    why: {
      ...why,
      last_decision: 'last lease ended',
      next_timer: { at: now + 600_000, what: 'container: idle stop', code: 'container', part: 'idle stop' },
    },
    agent: { provider_state: exhausted },
  },
};
export const NothingDecided: Story = { args: { why: { last_decision: null, decided_at: null, guards: why.guards, next_timer: null } } };
export const HeldByAProvider: Story = {
  args: {
    why: { ...why, held: waitsForQuota },
    agent: { provider_state: exhausted },
    tiers: tiersOf(agent('reviewer-default'), [
      provider('anthropic', { accounts: [{ id: 'ac-1', health: outOfQuota }] }),
      ...calmProviders.slice(1, 2),
    ]),
  },
};
