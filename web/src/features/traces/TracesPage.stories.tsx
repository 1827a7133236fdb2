import type { Meta, StoryObj } from '@storybook/react-vite';
import { delay, http } from 'msw';
import { storeDown, storeHandlers } from '../../testing/storeHandlers';
import { spanPage } from './fixtures';
import TracesPage from './TracesPage';

const at = '/traces?rollout=ro-41f7c2e9ab03';
const meta: Meta<typeof TracesPage> = {
  component: TracesPage,
  parameters: { at, handlers: storeHandlers({ spans: spanPage }) },
};

export default meta;
type Story = StoryObj<typeof TracesPage>;

export const Waterfall: Story = {};
export const Tree: Story = { parameters: { at: `${at}&view=tree` } };
export const Table: Story = { parameters: { at: `${at}&view=table` } };
export const Chat: Story = { parameters: { at: `${at}&view=chat` } };
export const NoSpans: Story = { parameters: { handlers: storeHandlers({}) } };
export const NoRollout: Story = { parameters: { at: '/traces', handlers: storeHandlers({}) } };
export const TooMany: Story = { parameters: { handlers: storeHandlers({ spans: { ...spanPage, total: 12_000 } }) } };
export const Loading: Story = { parameters: { handlers: [http.get('*/v1/agl/*', () => delay('infinite'))] } };
export const Failed: Story = { parameters: { handlers: [storeDown] } };
