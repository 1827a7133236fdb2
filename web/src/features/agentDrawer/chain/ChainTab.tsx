import { Skeleton, Stack, Title } from '@mantine/core';
import type { Agent, TierTime } from '../../../api/types';
import { duration } from '../../../shared/format';
import { useRefreshMs } from '../../../shared/state';
import { useGetProviderEventsInfiniteQuery, useGetTierTimeQuery } from '../agentDrawerApi';
import { PanelBody } from '../PanelBody';
import { newestFirst } from './ledger';
import { ProviderLog } from './ProviderLog';
import { TierTimeBars } from './TierTimeBars';
import { sharesOf } from './tierShares';

const dayMs = 86_400_000;

/** Nobody served an agent before there was one. */
function spanOf({ window_ms: ms }: Pick<TierTime, 'window_ms'>): string {
  return ms < dayMs ? `Its first ${duration(ms)}` : '24 hours';
}

function TierTimePanel({ agent }: { agent: Agent }) {
  // Time also passes without events.
  const { currentData, error, refetch } = useGetTierTimeQuery(agent.name, {
    pollingInterval: useRefreshMs(),
    skipPollingIfUnfocused: true,
    refetchOnMountOrArgChange: 30,
  });
  const { current_tier, paused } = agent.provider_state;
  return (
    <section aria-labelledby="tier-time-title">
      <Title order={3} size="h6" mb="xs" id="tier-time-title">
        {currentData === undefined ? '24 hours' : spanOf(currentData)}
      </Title>
      <PanelBody
        what="The time on each tier could not be loaded"
        data={currentData}
        error={error}
        onRetry={() => void refetch()}
        skeleton={<Skeleton h={116} />}
      >
        {(time) => <TierTimeBars shares={sharesOf(time, agent.provider_chain, current_tier, paused)} span={spanOf(time)} />}
      </PanelBody>
    </section>
  );
}

function LedgerPanel({ name }: { name: string }) {
  const { currentData, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useGetProviderEventsInfiniteQuery(name);
  return (
    <PanelBody
      what="The provider events could not be loaded"
      data={currentData}
      error={error}
      onRetry={() => void refetch()}
      skeleton={<Skeleton h={160} />}
    >
      {({ pages }) => (
        <ProviderLog
          events={newestFirst(pages)}
          hasOlder={hasNextPage}
          isLoadingOlder={isFetchingNextPage}
          onShowOlder={() => void fetchNextPage()}
        />
      )}
    </PanelBody>
  );
}

export function ChainTab({ agent }: { agent: Agent }) {
  return (
    <Stack gap="lg">
      <TierTimePanel agent={agent} />
      <section aria-labelledby="provider-log-title">
        <Title order={3} size="h6" mb="xs" id="provider-log-title">
          7 days
        </Title>
        <LedgerPanel name={agent.name} />
      </section>
    </Stack>
  );
}
