import { Button } from '@mantine/core';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { IconRobot } from '@tabler/icons-react';
import { EmptyState } from './EmptyState';

const meta: Meta<typeof EmptyState> = {
  component: EmptyState,
  args: { icon: <IconRobot size={28} />, title: 'No agents yet' },
};

export default meta;
type Story = StoryObj<typeof EmptyState>;

export const WithAction: Story = {
  args: {
    children: 'An agent type says which providers serve it and how many instances there are.',
    action: <Button>Add an agent type</Button>,
  },
};

export const TitleAlone: Story = {};
