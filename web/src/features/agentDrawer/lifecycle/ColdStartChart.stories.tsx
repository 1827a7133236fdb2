import type { Meta, StoryObj } from '@storybook/react-vite';
import { activity, manyStarts } from '../fixtures';
import { ColdStartChart } from './ColdStartChart';
import { coldStartsOf } from './coldStarts';

const meta: Meta<typeof ColdStartChart> = { component: ColdStartChart };

export default meta;
type Story = StoryObj<typeof ColdStartChart>;

export const Many: Story = { args: { starts: coldStartsOf(manyStarts, 24) } };
export const Few: Story = { args: { starts: coldStartsOf(activity, 24) } };
export const One: Story = { args: { starts: coldStartsOf(activity, 1) } };
export const None: Story = { args: { starts: [] } };
