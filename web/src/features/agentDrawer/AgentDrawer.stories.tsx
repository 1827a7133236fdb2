import type { Meta, StoryObj } from '@storybook/react-vite';
import { delay, http } from 'msw';
import { agent, exhausted, metrics, now, operatorPaused, started, tier2 } from '../../testing/fixtures';
import { answer, refuse } from '../../testing/handlers';
import { waitsForKey, waitsForQuota } from '../../testing/providers';
import AgentDrawer from './AgentDrawer';
import { drawerHandlers, manyStarts, quietTierTime } from './fixtures';

const name = 'reviewer-default';

const meta: Meta<typeof AgentDrawer> = {
  component: AgentDrawer,
  args: { name, tab: null },
  parameters: { at: `/agents/${name}`, handlers: drawerHandlers },
};

export default meta;
type Story = StoryObj<typeof AgentDrawer>;

const refusals = (['tier-time', 'provider-events', 'lifecycle-events', 'why'] as const).map((path) =>
  refuse('get', `/agents/{name}/${path}`, 503, 'Service Unavailable', 'The disk is full; nothing can be read.'),
);
const waits = http.get('*/agents/:name/*', () => delay('infinite'));

function of(over: Parameters<typeof agent>[1]) {
  return answer('get', '/agents', [agent(name, over)]);
}

export const ProviderChain: Story = { args: { tab: 'chain' } };
export const OfAYoungFleet: Story = {
  args: { tab: 'chain' },
  parameters: {
    handlers: [
      answer('get', '/event-log', [{ ...started, id: 1, ts: now - 65_000 }]),
      answer('get', '/agents/{name}/tier-time', { ...quietTierTime, window_ms: 65_000 }),
      ...drawerHandlers,
    ],
  },
};
export const Activity: Story = { args: { tab: 'activity' } };
export const Lifecycle: Story = {
  args: { tab: 'lifecycle' },
  parameters: { handlers: [answer('get', '/agents/{name}/lifecycle-events', manyStarts), ...drawerHandlers] },
};
export const Why: Story = { args: { tab: 'why' } };
export const SendATask: Story = { args: { tab: 'task' } };

export const Exhausted: Story = {
  parameters: { handlers: [of({ provider_state: exhausted, queue_depth: 3 }), ...drawerHandlers] },
};
export const HoldsItsTasks: Story = {
  parameters: { handlers: [of({ provider_state: exhausted, queue_depth: 3, held: waitsForQuota }), ...drawerHandlers] },
};
export const WaitsForAKey: Story = {
  parameters: {
    handlers: [of({ provider_state: { ...exhausted, retry_at: null }, queue_depth: 3, held: waitsForKey }), ...drawerHandlers],
  },
};
export const PausedByTheOperator: Story = { parameters: { handlers: [of({ provider_state: operatorPaused }), ...drawerHandlers] } };
export const Leaving: Story = { parameters: { handlers: [of({ provider_state: tier2, leaving: true }), ...drawerHandlers] } };
export const FailedToStart: Story = {
  args: { tab: 'activity' },
  parameters: { handlers: [of({ state: { lifecycle_state: 'failed', lifecycle_metrics: metrics } }), ...drawerHandlers] },
};
export const OnTheHost: Story = { args: { name: 'writer-b', tab: 'lifecycle' } };
export const Hot: Story = {
  args: { tab: 'lifecycle' },
  parameters: { handlers: [of({ state: { lifecycle_state: null, lifecycle_metrics: null } }), ...drawerHandlers] },
};
export const NothingHappenedYet: Story = {
  args: { tab: 'activity' },
  parameters: { handlers: [answer('get', '/agents/{name}/lifecycle-events', []), ...drawerHandlers] },
};

export const SignedOut: Story = {
  parameters: {
    handlers: [
      refuse(
        'get',
        '/agents/{name}/provider-events',
        401,
        'Unauthorized',
        "This call wants the operator's token; `understudyd token` prints the operator's.",
      ),
      ...drawerHandlers,
    ],
  },
};
export const Unknown: Story = { args: { name: 'nobody' } };
export const FleetUnreachable: Story = {
  parameters: { handlers: [refuse('get', '/agents', 503, 'Service Unavailable', 'The disk is full; nothing can be read.')] },
};
export const FleetLoading: Story = { parameters: { handlers: [http.get('*/agents', () => delay('infinite'))] } };

export const ChainLoading: Story = { args: { tab: 'chain' }, parameters: { handlers: [waits] } };
export const ChainFailed: Story = { args: { tab: 'chain' }, parameters: { handlers: refusals } };
export const ActivityLoading: Story = { args: { tab: 'activity' }, parameters: { handlers: [waits] } };
export const ActivityFailed: Story = { args: { tab: 'activity' }, parameters: { handlers: refusals } };
export const LifecycleLoading: Story = { args: { tab: 'lifecycle' }, parameters: { handlers: [waits] } };
export const LifecycleFailed: Story = { args: { tab: 'lifecycle' }, parameters: { handlers: refusals } };
export const WhyLoading: Story = { args: { tab: 'why' }, parameters: { handlers: [waits] } };
export const WhyFailed: Story = { args: { tab: 'why' }, parameters: { handlers: refusals } };
