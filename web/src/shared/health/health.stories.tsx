import { Stack } from '@mantine/core';
import type { Meta, StoryObj } from '@storybook/react-vite';
import type { Held, ProviderHealth } from '../../api/types';
import { now } from '../../testing/fixtures';
import { closed, due, onTrial, outOfQuota, ramping, rateLimited, unconfigured, waitsForKey, waitsForQuota } from '../../testing/providers';
import { HealthBadge } from './HealthBadge';
import { HealthReason } from './HealthReason';
import { HeldLine } from './HeldLine';

function All({ healths, held }: { healths: ProviderHealth[]; held: Held[] }) {
  return (
    <Stack>
      {healths.map((health, index) => (
        <div key={index}>
          <HealthBadge health={health} />
          <HealthReason health={health} />
        </div>
      ))}
      {held.map((each, index) => (
        <div key={index}>
          <HeldLine held={each} />
        </div>
      ))}
    </Stack>
  );
}

const meta: Meta<typeof All> = { title: 'shared/Health', component: All, args: { healths: [], held: [] } };

export default meta;
type Story = StoryObj<typeof All>;

export const EveryState: Story = { args: { healths: [closed, outOfQuota, rateLimited, due, onTrial, ramping, unconfigured] } };
export const WhomItIsAbout: Story = {
  args: { healths: (['account', 'tier', 'agent', 'host'] as const).map((scope) => ({ ...outOfQuota, scope })) },
};
/** Without a sign-in the kind stands in place of the reason. */
export const ReasonHidden: Story = { args: { healths: [{ ...outOfQuota, reason: 'quota' }] } };
export const NothingIsKnown: Story = { args: { healths: [{ state: 'open', scope: 'tier' }] } };
export const WhatIsHeld: Story = {
  args: {
    held: [waitsForQuota, { ...waitsForQuota, kind: 'rate_limit', until: now + 20_000 }, { ...waitsForQuota, until: now }, waitsForKey],
  },
};
