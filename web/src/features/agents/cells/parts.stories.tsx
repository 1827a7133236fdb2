import { Stack } from '@mantine/core';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { now, tier1, tier2 } from '../../../testing/fixtures';
import { grown, historyWindowMs } from '../agentsApi';
import { providerDay } from '../fixtures';
import { HistorySpark } from './HistorySpark';
import { TokenRing } from './TokenRing';

const { flips } = grown(undefined, providerDay, now - historyWindowMs);

function Parts() {
  return (
    <Stack>
      <HistorySpark name="designer-default" flips={flips['designer-default'] ?? []} state={{ current_tier: 3, paused: true }} tiers={3} />
      <HistorySpark name="reviewer-b" flips={flips['reviewer-b'] ?? []} state={{ current_tier: 3, paused: false }} tiers={3} />
      <HistorySpark name="quiet" flips={[]} state={tier1} tiers={3} />
      <HistorySpark name="only-one-tier" flips={[]} state={tier1} tiers={1} />
      <HistorySpark name="fallback-all-day" flips={[]} state={tier2} tiers={2} />
      <TokenRing counted={0} threshold={2_000_000} window="5h" tier={1} type="reviewer" />
      <TokenRing counted={1_200_000} threshold={2_000_000} window="5h" tier={2} type="reviewer" />
      <TokenRing counted={2_400_000} threshold={2_000_000} window="24h" tier={1} type="reviewer" />
      <TokenRing counted={80_000} threshold={null} window="all" tier={1} type="writer" />
    </Stack>
  );
}

const meta: Meta<typeof Parts> = { component: Parts };

export default meta;

export const HistoriesAndRings: StoryObj<typeof Parts> = {};
