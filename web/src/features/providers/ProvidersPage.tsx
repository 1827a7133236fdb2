import '../../shared/laterStyles';
import { Button, Skeleton, Stack, Title, VisuallyHidden } from '@mantine/core';
import { IconCloudComputing } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useGetFleetQuery, useGetProvidersQuery, useGetUsageQuery } from '../../api/fleetApi';
import type { Agent } from '../../api/types';
import { EmptyState } from '../../shared/EmptyState';
import { FindingList } from '../../shared/FindingList';
import { PanelProblem } from '../../shared/PanelProblem';
import { useRefreshMs } from '../../shared/state';
import { useNow } from '../../shared/useNow';
import { ProviderSection } from './ProviderSection';
import { allIsWell, findings, worstFirst } from './standing';

const nobody: Agent[] = [];

function Loading() {
  return (
    <div aria-busy="true">
      <VisuallyHidden>Loading the providers</VisuallyHidden>
      <Skeleton h={20} mb="sm" />
      {Array.from({ length: 3 }, (_, index) => (
        <Skeleton key={index} h={150} mb="sm" />
      ))}
    </div>
  );
}

function NoProviders() {
  return (
    <EmptyState
      icon={<IconCloudComputing size={28} />}
      title="No providers yet"
      action={
        <Button component={Link} to="/config?section=providers">
          Add a provider
        </Button>
      }
    >
      A provider serves models. The tiers of an agent’s chain name one each, and what one agent learns about it all others know.
    </EmptyState>
  );
}

/** What the fleet knows about those who serve its models: the worst first. */
export default function ProvidersPage() {
  // The last hour moves even when nothing happens.
  const { data, error, refetch } = useGetProvidersQuery(undefined, {
    pollingInterval: useRefreshMs(),
    skipPollingIfUnfocused: true,
    refetchOnMountOrArgChange: true,
  });
  const { agents } = useGetFleetQuery(undefined, { selectFromResult: ({ data: fleet }) => ({ agents: fleet?.agents ?? nobody }) });
  const { data: usage } = useGetUsageQuery();
  const now = useNow(30_000);
  return (
    <Stack gap="sm">
      <Title order={1} size="h2">
        Providers
      </Title>
      {error !== undefined && (
        <PanelProblem
          what={data === undefined ? 'The providers could not be loaded' : 'The providers could not be loaded again'}
          error={error}
          onRetry={() => void refetch()}
          stale={data !== undefined}
        />
      )}
      {data === undefined && error === undefined && <Loading />}
      {data?.length === 0 && <NoProviders />}
      {data !== undefined && data.length > 0 && (
        <>
          <FindingList findings={findings(data, agents, now)} quiet={allIsWell(data)} />
          {worstFirst(data).map((provider) => (
            <ProviderSection key={provider.name} provider={provider} agents={agents} window={usage?.window ?? ''} />
          ))}
        </>
      )}
    </Stack>
  );
}
