import type { Meta, StoryObj } from '@storybook/react-vite';
import { delay, http } from 'msw';
import { storeDown, storeHandlers } from '../../testing/storeHandlers';
import { workers } from './fixtures';
import RunnersPage from './RunnersPage';

const meta: Meta<typeof RunnersPage> = {
  component: RunnersPage,
  parameters: { at: '/runners', handlers: storeHandlers({ workers: { items: workers, limit: 50, offset: 0, total: 4 } }) },
};

export default meta;
type Story = StoryObj<typeof RunnersPage>;

export const OneStale: Story = {};
export const AllBeat: Story = {
  parameters: { handlers: storeHandlers({ workers: { items: workers.slice(0, 2), limit: 50, offset: 0, total: 2 } }) },
};
export const Empty: Story = { parameters: { handlers: storeHandlers({}) } };
export const Loading: Story = { parameters: { handlers: [http.get('*/v1/agl/*', () => delay('infinite'))] } };
export const Failed: Story = { parameters: { handlers: [storeDown] } };
