import type { Meta, StoryObj } from '@storybook/react-vite';
import { delay, http } from 'msw';
import { screen, userEvent } from 'storybook/test';
import { agent, exhausted, now, tier2 } from '../../testing/fixtures';
import { answer, asViewer, refuse } from '../../testing/handlers';
import { model, provider, waitsForQuota } from '../../testing/providers';
import { everyState, manyAgents } from './fixtures';
import ProvidersPage from './ProvidersPage';

const troubled = [
  answer('get', '/providers', everyState),
  answer('get', '/agents', [
    agent('reviewer-default', { provider_state: tier2 }),
    agent('reviewer-b', { provider_state: tier2 }),
    agent('writer-a', { provider_state: exhausted, held: waitsForQuota, queue_depth: 3 }),
    agent('writer-b'),
  ]),
];

const meta: Meta<typeof ProvidersPage> = {
  component: ProvidersPage,
  parameters: { layout: 'padded', at: '/providers', handlers: troubled },
};

export default meta;
type Story = StoryObj<typeof ProvidersPage>;

export const EveryState: Story = {};
export const AllWell: Story = { parameters: { handlers: [] } };
/** Nobody was served for a while: a few tasks go first, and the others wait for seconds. */
export const AShortWait: Story = {
  parameters: {
    handlers: [
      answer('get', '/providers', [
        provider('anthropic', {
          models: [model('claude-opus-4-7', ['writer-a', 'writer-b'], { health: { state: 'ramping', scope: 'tier', ramp: 2 } })],
        }),
      ]),
      answer('get', '/agents', [
        agent('writer-a', { current_rollout_id: 'ro-41f7c2e9ab03' }),
        agent('writer-b', {
          held: { provider: 'anthropic', model: 'claude-opus-4-7', reason: 'a few at a time', until: now + 2_000, tasks: 3 },
          queue_depth: 3,
        }),
      ]),
    ],
  },
};
export const AThousandAgents: Story = { parameters: { handlers: [answer('get', '/providers', manyAgents)] } };
export const AsViewer: Story = { parameters: { handlers: [asViewer, ...troubled] } };
export const SignedOut: Story = {
  parameters: { handlers: [answer('get', '/session', { operator: false, role: 'none' }), ...troubled] },
};
export const Resetting: Story = {
  play: async () => userEvent.click(await screen.findByRole('button', { name: 'Reset… anthropic' })),
};
export const ResetRefused: Story = {
  parameters: { handlers: [refuse('post', '/providers/{name}/reset', 503, 'Unavailable', 'The disk is full.'), ...troubled] },
  play: async () => {
    await userEvent.click(await screen.findByRole('button', { name: 'Reset… anthropic' }));
    await userEvent.click(await screen.findByRole('button', { name: 'Reset' }));
    await screen.findByText('The disk is full.');
  },
};
export const NothingToTry: Story = {
  parameters: { handlers: [refuse('post', '/providers/{name}/try', 409, 'Conflict', 'Nothing waits for anthropic.'), ...troubled] },
  play: async () => {
    await userEvent.click(await screen.findByRole('button', { name: 'Try now: anthropic' }));
    await screen.findByText('Nothing waits for anthropic.');
  },
};
export const Empty: Story = { parameters: { handlers: [answer('get', '/providers', [])] } };
export const Loading: Story = { parameters: { handlers: [http.get('*/providers', () => delay('infinite'))] } };
export const NotLoaded: Story = {
  parameters: { handlers: [refuse('get', '/providers', 503, 'Unavailable', 'The store is being repaired.')] },
};
export const NeedsAToken: Story = {
  parameters: { handlers: [refuse('get', '/providers', 401, 'Unauthorized', "This call wants the operator's token.")] },
};
