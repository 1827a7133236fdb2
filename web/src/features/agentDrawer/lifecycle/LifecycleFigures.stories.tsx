import { Stack } from '@mantine/core';
import type { Meta, StoryObj } from '@storybook/react-vite';
import type { LifecycleMetrics } from '../../../api/types';
import { metrics } from '../../../testing/fixtures';
import { ColdStartFigures, CountFigures } from './LifecycleFigures';

function Both({ metrics: shown }: { metrics: LifecycleMetrics }) {
  return (
    <Stack>
      <ColdStartFigures metrics={shown} />
      <CountFigures metrics={shown} />
    </Stack>
  );
}

const meta: Meta<typeof Both> = { component: Both };

export default meta;
type Story = StoryObj<typeof Both>;

export const WithAFailure: Story = { args: { metrics } };
export const NeverStarted: Story = {
  args: {
    metrics: {
      starts: 0,
      stops: 0,
      start_failures: 0,
      stop_failures: 0,
      crashes: 0,
      cold_start_ms: { p50: null, p95: null, max: null, last: null },
      idle_seconds_total: 0,
    },
  },
};
