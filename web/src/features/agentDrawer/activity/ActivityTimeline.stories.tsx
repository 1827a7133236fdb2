import type { Meta, StoryObj } from '@storybook/react-vite';
import { activity, lifecycleEvent } from '../fixtures';
import { ActivityTimeline } from './ActivityTimeline';

const types = [
  ...['lazy_started', 'lazy_stopped', 'lazy_start_failed', 'start_failed', 'lazy_stop_failed', 'crashed', 'adopted', 'draining'],
  ...['recreated', 'drift_detected', 'orphan_found', 'lease_revoked', 'engine_unreachable', 'engine_recovered', 'circuit_open'],
  ...['circuit_half_open', 'paused', 'unpaused', 'something_newer'],
];

const meta: Meta<typeof ActivityTimeline> = { component: ActivityTimeline };

export default meta;
type Story = StoryObj<typeof ActivityTimeline>;

export const ADay: Story = { args: { events: activity.toReversed() } };
export const EveryType: Story = { args: { events: types.map((type, at) => lifecycleEvent(at, type, `reviewer-default: ${type}`)) } };
export const MoreThanShown: Story = {
  args: { events: Array.from({ length: 60 }, (_, at) => lifecycleEvent(60 - at, 'lazy_started', `reviewer-default started in ${at} ms`)) },
};
