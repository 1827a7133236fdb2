import type { Meta, StoryObj } from '@storybook/react-vite';
import { delay, http } from 'msw';
import { storeDown, storeHandlers } from '../../testing/storeHandlers';
import { update, versions } from './fixtures';
import ResourcesPage from './ResourcesPage';

const resources = { items: [update(2, 0.2)], limit: 50, offset: 0, total: 1 };
const routes = [{ path: '/resources/:id?', element: <ResourcesPage /> }];
const meta: Meta<typeof ResourcesPage> = {
  component: ResourcesPage,
  parameters: { at: '/resources', routes, handlers: storeHandlers({ resources, versions }) },
};

export default meta;
type Story = StoryObj<typeof ResourcesPage>;

export const Closed: Story = {};
export const Open: Story = { parameters: { at: '/resources/rs-0123456789ab' } };
export const Empty: Story = { parameters: { handlers: storeHandlers({}) } };
export const Loading: Story = { parameters: { handlers: [http.get('*/v1/agl/*', () => delay('infinite'))] } };
export const Failed: Story = { parameters: { handlers: [storeDown] } };
