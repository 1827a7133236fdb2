import { Skeleton, Stack, Title } from '@mantine/core';
import type { Agent } from '../../../api/types';
import { useRefreshMs } from '../../../shared/state';
import { useGetProviderEventsInfiniteQuery, useGetTierTimeQuery } from '../agentDrawerApi';
import { PanelBody } from '../PanelBody';
import { newestFirst } from './ledger';
import { ProviderLog } from './ProviderLog';
import { TierTimeBars } from './TierTimeBars';
import { sharesOf } from './tierShares';

function TierTimePanel({ agent }: { agent: Agent }) {
  // Time also passes without events.
  const { currentData, error, refetch } = useGetTierTimeQuery(agent.name, {
    pollingInterval: useRefreshMs(),
    skipPollingIfUnfocused: true,
    refetchOnMountOrArgChange: 30,
  });
  const { current_tier, paused } = agent.provider_state;
  return (
    <PanelBody
      what="The time on each tier could not be loaded"
      data={currentData}
      error={error}
      onRetry={() => void refetch()}
      skeleton={<Skeleton h={116} />}
    >
      {(time) => (
        <TierTimeBars shares={sharesOf(time, agent.provider_chain, current_tier, paused)} hours={Math.round(time.window_ms / 3_600_000)} />
      )}
    </PanelBody>
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
      <section aria-labelledby="tier-time-title">
        <Title order={3} size="h6" mb="xs" id="tier-time-title">
          24 hours
        </Title>
        <TierTimePanel agent={agent} />
      </section>
      <section aria-labelledby="provider-log-title">
        <Title order={3} size="h6" mb="xs" id="provider-log-title">
          7 days
        </Title>
        <LedgerPanel name={agent.name} />
      </section>
    </Stack>
  );
}
