import { Text, Title } from '@mantine/core';
import type { Meta, StoryObj } from '@storybook/react-vite';
import type { RouteObject } from 'react-router';
import { expect, userEvent, within } from 'storybook/test';
import { story } from '../features/demo/fixtures';
import type { ConnectionStatus } from '../shared/state';
import { agent, fleet, health } from '../testing/fixtures';
import { answer, refuse } from '../testing/handlers';
import { PageError } from './PageError';
import { PageSkeleton } from './PageSkeleton';
import { Shell } from './Shell';

function Page() {
  return (
    <>
      <Title order={1} size="h2">
        A page
      </Title>
      <Text>What it shows.</Text>
    </>
  );
}

function shell(element = <Page />): RouteObject[] {
  return [
    { element: <Shell />, errorElement: <PageError />, children: [{ errorElement: <PageError />, children: [{ path: '*', element }] }] },
  ];
}

const connection = (status: ConnectionStatus) => ({ connection: { status, lastEventId: 100 } });
const world = (status: ConnectionStatus = 'online') => ({
  at: '/rollouts',
  layout: 'fullscreen',
  routes: shell(),
  state: connection(status),
});

const meta: Meta<typeof Shell> = { title: 'app/Shell', component: Shell, parameters: world() };

export default meta;
type Story = StoryObj<typeof Shell>;

export const Online: Story = {};

export const AllWell: Story = {
  parameters: { handlers: [answer('get', '/agents', [agent('writer-a')], { headers: { 'Event-Seq': '100' } })] },
};

export const OnlyDegraded: Story = {
  parameters: { handlers: [answer('get', '/agents', fleet.slice(1, 4), { headers: { 'Event-Seq': '100' } })] },
};

export const Connecting: Story = { parameters: world('connecting') };

export const Reconnecting: Story = { parameters: world('reconnecting') };

export const Offline: Story = { parameters: world('offline') };

export const SignedOut: Story = {
  parameters: {
    ...world('denied'),
    handlers: [
      refuse('get', '/agents', 401, 'Unauthorized', 'This call wants the token.'),
      answer('get', '/session', { operator: false, role: 'none' }),
    ],
  },
};

export const StoreDegraded: Story = {
  parameters: { handlers: [answer('get', '/health', { ...health, status: 'degraded', store: 'The disk is full.' })] },
};

export const InTheClear: Story = { parameters: { handlers: [answer('get', '/health', { ...health, exposed_without_tls: true })] } };

export const Demo: Story = {
  parameters: { handlers: [answer('get', '/health', { ...health, demo: true }), answer('get', '/event-log', story.slice(0, 3))] },
};

export const AnotherDaemon: Story = {
  parameters: { state: { ...connection('online'), backend: { address: 'https://fleet.example:8787', token: null } } },
};

export const Loading: Story = { parameters: { routes: shell(<PageSkeleton />) } };

export const Phone: Story = { globals: { viewport: { value: 'phone' } } };

export const PhoneNavigation: Story = {
  globals: { viewport: { value: 'phone' } },
  play: async ({ canvasElement }) => {
    await userEvent.click(await within(canvasElement).findByRole('button', { name: 'Open navigation' }));
  },
};

export const Shortcuts: Story = {
  play: async ({ canvasElement }) => {
    const page = within(canvasElement.ownerDocument.body);
    await page.findByRole('heading', { name: 'A page' });
    await userEvent.keyboard('?');
    await expect(await page.findByRole('table', { name: 'Keyboard shortcuts' })).toBeVisible();
  },
};

const breaks = () => {
  throw new Error('Cannot read properties of undefined');
};

export const BrokenPage: Story = {
  parameters: {
    routes: [
      {
        element: <Shell />,
        children: [
          { errorElement: <PageError />, children: [{ path: '*', loader: breaks, element: <Page />, HydrateFallback: PageSkeleton }] },
        ],
      },
    ],
  },
};
