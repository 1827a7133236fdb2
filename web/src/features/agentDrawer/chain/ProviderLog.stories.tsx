import type { Meta, StoryObj } from '@storybook/react-vite';
import { ledger } from '../fixtures';
import { newestFirst } from './ledger';
import { ProviderLog } from './ProviderLog';

const meta: Meta<typeof ProviderLog> = {
  component: ProviderLog,
  args: { events: newestFirst([ledger]), hasOlder: true, isLoadingOlder: false, onShowOlder: () => undefined },
};

export default meta;
type Story = StoryObj<typeof ProviderLog>;

export const EveryKind: Story = {};
export const LoadingOlder: Story = { args: { isLoadingOlder: true } };
export const AllShown: Story = { args: { hasOlder: false } };
export const AQuietWeek: Story = { args: { events: [] } };
export const NothingEver: Story = { args: { events: [], hasOlder: false } };
