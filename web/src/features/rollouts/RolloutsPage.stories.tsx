import type { Meta, StoryObj } from '@storybook/react-vite';
import { delay, http } from 'msw';
import { answer } from '../../testing/handlers';
import { waitsForQuota } from '../../testing/providers';
import { storeDown, storeHandlers } from '../../testing/storeHandlers';
import { rollout, rollouts, statistics } from './fixtures';
import RolloutsPage from './RolloutsPage';

const meta: Meta<typeof RolloutsPage> = {
  component: RolloutsPage,
  parameters: { at: '/rollouts', handlers: storeHandlers({ rollouts, statistics }) },
};

export default meta;
type Story = StoryObj<typeof RolloutsPage>;

export const Ready: Story = {};
const held = rollout('ro-0000000000ee', { status: 'queuing', mode: null, resources_id: null, metadata: { agent: 'writer-a' } });
delete held.attempt;
export const HeldByAProvider: Story = {
  parameters: {
    handlers: [
      ...storeHandlers({ rollouts: { ...rollouts, items: [held, ...rollouts.items], total: 6 }, statistics }),
      answer('get', '/rollouts', [{ ...held, held: waitsForQuota }]),
    ],
  },
};
export const Filtered: Story = { parameters: { at: '/rollouts?status=failed,running&metadata=agent%3Dreviewer-default' } };
export const Empty: Story = { parameters: { handlers: storeHandlers({ statistics }) } };
export const NothingMatches: Story = { parameters: { at: '/rollouts?q=zzz', handlers: storeHandlers({ statistics }) } };
export const Loading: Story = { parameters: { handlers: [http.get('*/v1/agl/*', () => delay('infinite'))] } };
export const Failed: Story = { parameters: { handlers: [storeDown] } };
