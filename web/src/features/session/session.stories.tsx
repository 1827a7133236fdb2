import { Title } from '@mantine/core';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { delay, http } from 'msw';
import { expect, userEvent, within } from 'storybook/test';
import { health } from '../../testing/fixtures';
import { answer, asViewer, refuse } from '../../testing/handlers';
import { SessionGate } from './SessionGate';
import { SessionPanel } from './SessionPanel';

const closed = refuse(
  'get',
  '/agents',
  401,
  'Unauthorized',
  "This call wants the operator's token; `understudyd token` prints the operator's.",
);
const outside = answer('get', '/session', { operator: false, role: 'none' });

const meta: Meta<typeof SessionGate> = {
  title: 'features/session',
  component: SessionGate,
  args: { children: <Title order={1}>The page</Title> },
  parameters: { at: '/agents' },
};

export default meta;
type Story = StoryObj<typeof SessionGate>;

export const SignedIn: Story = {};

export const LookingOn: Story = { parameters: { handlers: [outside] } };

export const TokenMissing: Story = { parameters: { handlers: [closed, outside] } };

export const TokenWrong: Story = {
  parameters: { handlers: [closed, outside, refuse('post', '/session', 401, 'Unauthorized', "That is not the operator's token.")] },
  play: async ({ canvasElement }) => {
    const page = within(canvasElement);
    await userEvent.type(await page.findByLabelText('Operator token'), 'abc{Enter}');
    await expect(await page.findByText("That is not the operator's token.")).toBeVisible();
  },
};

export const TooManyTries: Story = {
  parameters: {
    handlers: [closed, outside, refuse('post', '/session', 429, 'Too Many Requests', 'Too many wrong tokens; try again later.')],
  },
  play: async ({ canvasElement }) => {
    const page = within(canvasElement);
    await userEvent.type(await page.findByLabelText('Operator token'), 'abc{Enter}');
    await expect(await page.findByText('Too many wrong tokens; try again later.')).toBeVisible();
  },
};

export const AsViewer: Story = { parameters: { handlers: [asViewer] } };

export const PanelAsViewer: StoryObj<typeof SessionPanel> = {
  parameters: { handlers: [asViewer] },
  render: () => <SessionPanel />,
};

export const PanelSignedIn: StoryObj<typeof SessionPanel> = { render: () => <SessionPanel /> };

export const PanelSignedOut: StoryObj<typeof SessionPanel> = { parameters: { handlers: [outside] }, render: () => <SessionPanel /> };

export const PanelLoading: StoryObj<typeof SessionPanel> = {
  parameters: { handlers: [http.get('*/session', () => delay('infinite'))] },
  render: () => <SessionPanel />,
};

export const PanelFailed: StoryObj<typeof SessionPanel> = {
  parameters: {
    handlers: [
      refuse('get', '/session', 500, 'Internal Server Error', 'Something went wrong in the daemon; its log says more.'),
      answer('get', '/health', health),
    ],
  },
  render: () => <SessionPanel />,
};
