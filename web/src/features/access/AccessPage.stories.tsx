import type { Meta, StoryObj } from '@storybook/react-vite';
import { delay, http, HttpResponse } from 'msw';
import { screen, userEvent } from 'storybook/test';
import { now } from '../../testing/fixtures';
import { answer, asViewer, refuse } from '../../testing/handlers';
import AccessPage from './AccessPage';
import { tokens } from './fixtures';

const listed = answer('get', '/tokens', tokens);
const made = http.post('*/tokens', () =>
  HttpResponse.json(
    { id: 'tk-9', name: 'wall', role: 'viewer', created: now, value: 'ut_4f1d0c7a9b3e5f6a7d8c9e0b1a2f3c4d5e6f' },
    { status: 201 },
  ),
);

const meta: Meta<typeof AccessPage> = { component: AccessPage, parameters: { at: '/settings/access', handlers: [listed] } };

export default meta;
type Story = StoryObj<typeof AccessPage>;

export const Several: Story = {};
export const Empty: Story = { parameters: { handlers: [answer('get', '/tokens', [])] } };
export const Loading: Story = { parameters: { handlers: [http.get('*/tokens', () => delay('infinite'))] } };
export const SignedOut: Story = {
  parameters: { handlers: [refuse('get', '/tokens', 401, 'Unauthorized', "This call wants the operator's token.")] },
};
export const Forbidden: Story = { parameters: { handlers: [refuse('get', '/tokens', 403, 'Forbidden', 'A viewer may not do this.')] } };
export const AsViewer: Story = { parameters: { handlers: [listed, asViewer] } };

export const Creating: Story = {
  play: async () => userEvent.click(await screen.findByRole('button', { name: 'New token' })),
};

async function create() {
  await userEvent.click(await screen.findByRole('button', { name: 'New token' }));
  await userEvent.type(await screen.findByRole('textbox', { name: /^Name/ }), 'wall');
  await userEvent.click(screen.getByRole('button', { name: 'Create' }));
}

export const Created: Story = {
  parameters: { handlers: [listed, made] },
  play: async () => {
    await create();
    await screen.findByTestId('token-value');
  },
};

export const NameRefused: Story = {
  parameters: {
    handlers: [
      listed,
      http.post('*/tokens', () =>
        HttpResponse.json(
          {
            type: 'about:blank',
            title: 'Unprocessable Content',
            status: 422,
            detail: 'No token was made.',
            errors: [{ path: '/name', reason: 'must be a text of 1 to 64 characters' }],
          },
          { status: 422 },
        ),
      ),
    ],
  },
  play: async () => {
    await create();
    await screen.findByText('must be a text of 1 to 64 characters');
  },
};

export const Revoking: Story = {
  play: async () => userEvent.click(await screen.findByRole('button', { name: 'Revoke wall-screen…' })),
};
