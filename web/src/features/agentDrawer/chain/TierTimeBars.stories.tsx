import type { Meta, StoryObj } from '@storybook/react-vite';
import type { TierTime } from '../../../api/types';
import { agent } from '../../../testing/fixtures';
import { quietTierTime, tierTime } from '../fixtures';
import { TierTimeBars } from './TierTimeBars';
import { sharesOf } from './tierShares';

const chain = agent('reviewer-default').provider_chain;

function Bars({ time, tier, isPaused }: { time: TierTime; tier: number; isPaused: boolean }) {
  return <TierTimeBars shares={sharesOf(time, chain, tier, isPaused)} span="24 hours" />;
}

const meta: Meta<typeof Bars> = { component: Bars, args: { time: tierTime, tier: 2, isPaused: false } };

export default meta;
type Story = StoryObj<typeof Bars>;

export const OnTier2: Story = {};
export const Paused: Story = { args: { isPaused: true } };
export const AllDayOnTier1: Story = { args: { time: quietTierTime, tier: 1 } };
export const AMomentOnTier2: Story = {
  args: {
    time: {
      ...quietTierTime,
      tiers: [
        { tier: 1, ms: 86_381_992, percent: 100 },
        { tier: 2, ms: 18_008, percent: 0 },
        { tier: 3, ms: 0, percent: 0 },
      ],
    },
    tier: 1,
  },
};
export const AlmostAllDayExhausted: Story = {
  args: {
    time: {
      ...quietTierTime,
      tiers: [
        { tier: 1, ms: 3_600_000, percent: 4.2 },
        { tier: 2, ms: 1_800_000, percent: 2.1 },
        { tier: 3, ms: 3_600_000, percent: 4.1 },
      ],
      paused: { ms: 77_400_000, percent: 89.6 },
    },
    isPaused: true,
  },
};
