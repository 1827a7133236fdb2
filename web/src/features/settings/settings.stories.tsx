import { Text } from '@mantine/core';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { delay, http, HttpResponse } from 'msw';
import { expect, userEvent, within } from 'storybook/test';
import { health } from '../../testing/fixtures';
import { answer } from '../../testing/handlers';
import SettingsPage from './SettingsPage';

const meta: Meta<typeof SettingsPage> = {
  title: 'features/settings',
  component: SettingsPage,
  args: { session: <Text size="sm">● Signed in as the operator</Text> },
  parameters: { at: '/settings' },
};

export default meta;
type Story = StoryObj<typeof SettingsPage>;

export const SameOrigin: Story = {};

export const AnotherDaemon: Story = {
  parameters: { state: { backend: { address: 'https://fleet.example:8787', token: null }, refresh: { seconds: 15 } } },
};

async function type(canvasElement: HTMLElement, text: string) {
  const page = within(canvasElement);
  await userEvent.type(await page.findByLabelText('Address'), `${text}{Enter}`);
  return page;
}

export const NoAnswerThere: Story = {
  parameters: { handlers: [http.get('http://nowhere.example/health', () => HttpResponse.error())] },
  play: async ({ canvasElement }) => {
    const page = await type(canvasElement, 'http://nowhere.example');
    await expect(await page.findByText(/service\.allowed_origins/)).toBeVisible();
  },
};

export const SomethingElseThere: Story = {
  parameters: { handlers: [http.get('http://elsewhere.example/health', () => HttpResponse.json({ ok: true }))] },
  play: async ({ canvasElement }) => {
    const page = await type(canvasElement, 'http://elsewhere.example');
    await expect(await page.findByText(/not an Understudy daemon/)).toBeVisible();
  },
};

export const Degraded: Story = {
  parameters: {
    handlers: [
      answer('get', '/health', {
        ...health,
        status: 'degraded',
        store: 'The disk is full.',
        runtimes: { docker: 'unreachable', process: 'ok' },
      }),
    ],
  },
};

export const AboutLoading: Story = { parameters: { handlers: [http.get('*/health', () => delay('infinite'))] } };

export const AboutFailed: Story = { parameters: { handlers: [http.get('*/health', () => HttpResponse.error())] } };
