import type { Meta, StoryObj } from '@storybook/react-vite';
import { fn, screen, userEvent } from 'storybook/test';
import { fleet } from '../../testing/fixtures';
import { answer, refuse } from '../../testing/handlers';
import { runningTask } from './fixtures';
import { SendTask } from './SendTask';

const meta: Meta<typeof SendTask> = { component: SendTask, args: { agents: fleet, opened: true, onClose: fn() } };

export default meta;
type Story = StoryObj<typeof SendTask>;

const send = async () => {
  await userEvent.type(await screen.findByRole('textbox', { name: /Input/ }), 'Go');
  await userEvent.click(screen.getByRole('button', { name: 'Send' }));
};

export const Blank: Story = {};
export const Taken: Story = {
  parameters: { handlers: [answer('post', '/agent-types/{type}/tasks', runningTask('ro-7c21d09e44af'), { status: 201 })] },
  play: async () => {
    await send();
    await screen.findByText('ro-7c21d09e44af');
  },
};
export const Refused: Story = {
  parameters: { handlers: [refuse('post', '/agent-types/{type}/tasks', 401, 'Unauthorized', 'This call wants the operator.')] },
  play: async () => {
    await send();
    await screen.findByText('This call wants the operator.');
  },
};
