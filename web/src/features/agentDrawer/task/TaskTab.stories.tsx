import type { Meta, StoryObj } from '@storybook/react-vite';
import { http, HttpResponse } from 'msw';
import { userEvent, within } from 'storybook/test';
import { agent, exhausted } from '../../../testing/fixtures';
import { refuse } from '../../../testing/handlers';
import { drawerHandlers } from '../fixtures';
import { TaskTab } from './TaskTab';

const meta: Meta<typeof TaskTab> = { component: TaskTab, parameters: { handlers: drawerHandlers } };

export default meta;
type Story = StoryObj<typeof TaskTab>;

const send: NonNullable<Story['play']> = async ({ canvasElement }) => {
  const page = within(canvasElement);
  const input = page.getByRole('textbox', { name: 'Input' });
  await userEvent.clear(input);
  await userEvent.type(input, 'Review the last commit.');
  await userEvent.click(page.getByRole('button', { name: 'Send' }));
};

const problems = HttpResponse.json(
  {
    type: 'about:blank',
    title: 'Unprocessable Content',
    status: 422,
    detail: 'The task cannot be taken as it is.',
    errors: [
      { path: '/config/max_attempts', reason: 'must be an integer from 1 to 1000, got 0' },
      { path: '/config/timeout_seconds', reason: 'must be a positive number or null, got -1' },
    ],
  },
  { status: 422 },
);

export const Empty: Story = { args: { agent: agent('story-a') } };
export const PausedWithAQueue: Story = { args: { agent: agent('story-b', { provider_state: exhausted, queue_depth: 3 }) } };
export const Sent: Story = { args: { agent: agent('story-c') }, play: send };
export const NothingTyped: Story = {
  args: { agent: agent('story-d') },
  play: async ({ canvasElement }) => userEvent.click(within(canvasElement).getByRole('button', { name: 'Send' })),
};
export const RefusedAtTheFields: Story = {
  args: { agent: agent('story-e') },
  parameters: { handlers: [http.post('*/agents/:name/tasks', () => problems.clone())] },
  play: send,
};
export const DiskFull: Story = {
  args: { agent: agent('story-f') },
  parameters: {
    handlers: [refuse('post', '/agents/{name}/tasks', 507, 'Insufficient Storage', 'The disk is full; no task can be taken.')],
  },
  play: send,
};
export const SignedOut: Story = {
  args: { agent: agent('story-g') },
  parameters: { handlers: [refuse('post', '/agents/{name}/tasks', 401, 'Unauthorized', "This call wants the operator's token.")] },
  play: send,
};
