import type { Meta, StoryObj } from '@storybook/react-vite';
import { delay, http } from 'msw';
import { answer, refuse } from '../../testing/handlers';
import AuditPage from './AuditPage';
import { auditPage } from './auditApi';
import { entries } from './fixtures';

const meta: Meta<typeof AuditPage> = {
  component: AuditPage,
  parameters: { at: '/settings/audit', handlers: [answer('get', '/audit', entries)] },
};

export default meta;
type Story = StoryObj<typeof AuditPage>;

export const AFailedSignIn: Story = {};
export const Calm: Story = { parameters: { handlers: [answer('get', '/audit', entries.slice(0, 3))] } };
export const RefusedOnly: Story = { parameters: { at: '/settings/audit?result=refused' } };
export const NoMatch: Story = { parameters: { at: '/settings/audit?q=mallory' } };
export const MoreThanOnePage: Story = {
  parameters: {
    handlers: [
      answer(
        'get',
        '/audit',
        Array.from({ length: auditPage }, (_, at) => ({ ...entries[at % 3]!, id: at + 1 })),
      ),
    ],
  },
};
export const Empty: Story = { parameters: { handlers: [answer('get', '/audit', [])] } };
export const Loading: Story = { parameters: { handlers: [http.get('*/audit', () => delay('infinite'))] } };
export const SignedOut: Story = {
  parameters: { handlers: [refuse('get', '/audit', 401, 'Unauthorized', "This call wants the operator's token.")] },
};
export const Failed: Story = { parameters: { handlers: [refuse('get', '/audit', 503, 'Service Unavailable', 'The database is locked.')] } };
