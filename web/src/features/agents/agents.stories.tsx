import type { Meta, StoryObj } from '@storybook/react-vite';
import { delay, http } from 'msw';
import { agent, exhausted, fleet, health, tier2 } from '../../testing/fixtures';
import { calmProviders, outOfQuota, provider, waitsForKey, waitsForQuota } from '../../testing/providers';
import { answer, refuse } from '../../testing/handlers';
import AgentsPage from './AgentsPage';
import { calm, dayUsage, manyAgents, providerDay, runningTask } from './fixtures';

const day = [
  answer('get', '/event-log', providerDay),
  answer('get', '/usage', dayUsage),
  answer('get', '/rollouts/{id}', runningTask('ro-41f7c2e9ab03')),
];

const meta: Meta<typeof AgentsPage> = {
  component: AgentsPage,
  parameters: { layout: 'padded', at: '/agents', handlers: day },
};

export default meta;
type Story = StoryObj<typeof AgentsPage>;

export const Troubled: Story = {};
export const AllWell: Story = {
  parameters: { handlers: [answer('get', '/agents', calm), answer('get', '/event-log', []), ...day.slice(1)] },
};
export const EngineUnreachable: Story = {
  parameters: {
    handlers: [
      answer('get', '/health', { ...health, status: 'degraded', runtimes: { docker: 'unreachable' } }),
      answer('get', '/agents', calm),
      ...day,
    ],
  },
};
export const DoesNotStart: Story = {
  parameters: {
    handlers: [
      answer('get', '/agents', [
        ...calm.slice(1),
        ...calm.slice(0, 1).map((each) => ({ ...each, state: { ...each.state, lifecycle_state: 'failed' as const } })),
      ]),
      ...day,
    ],
  },
};
export const FilteredByTier: Story = { parameters: { at: '/agents?tier=fallback&sort=name' } };
export const NothingMatches: Story = { parameters: { at: '/agents?q=nobody' } };
export const AThousand: Story = { parameters: { handlers: [answer('get', '/agents', manyAgents(1000)), ...day] } };
export const ManyOnAFallback: Story = {
  parameters: {
    handlers: [
      answer(
        'get',
        '/agents',
        manyAgents(8).map((each) => ({ ...each, provider_state: tier2 })),
      ),
      ...day,
    ],
  },
};
export const ProviderOut: Story = {
  parameters: {
    handlers: [
      answer('get', '/providers', [provider('anthropic', { accounts: [{ id: 'ac-1', health: outOfQuota }] }), ...calmProviders.slice(1)]),
      answer('get', '/agents', [
        agent('designer-default', { provider_state: exhausted, held: { ...waitsForQuota, tasks: 14 }, queue_depth: 14 }),
        agent('reviewer-default', { provider_state: tier2 }),
        agent('reviewer-b', { provider_state: tier2 }),
        agent('writer-a', { provider_state: { ...exhausted, retry_at: null }, held: waitsForKey, queue_depth: 3 }),
      ]),
      ...day,
    ],
  },
};
export const NoUsageNoHistory: Story = {
  parameters: {
    handlers: [
      refuse('get', '/usage', 503, 'Unavailable', 'The store is being repaired.'),
      refuse('get', '/event-log', 503, 'Unavailable', 'The store is being repaired.'),
      answer('get', '/agents', fleet),
      ...day,
    ],
  },
};
export const Empty: Story = { parameters: { handlers: [answer('get', '/agents', []), ...day] } };
export const Loading: Story = { parameters: { handlers: [http.get('*/agents', () => delay('infinite')), ...day] } };
export const NotLoaded: Story = {
  parameters: { handlers: [refuse('get', '/agents', 503, 'Unavailable', 'The store is being repaired.'), ...day] },
};
