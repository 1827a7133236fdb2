import { Skeleton } from '@mantine/core';
import { useGetProvidersQuery } from '../../../api/fleetApi';
import type { Agent } from '../../../api/types';
import { tiersOf } from '../../../shared/health/tiers';
import { useRefreshMs } from '../../../shared/state';
import { useGetWhyQuery } from '../agentDrawerApi';
import { PanelBody } from '../PanelBody';
import { WhyView } from './WhyView';

export function WhyTab({ agent }: { agent: Agent }) {
  // How long it has been idle changes without an event.
  const { currentData, error, refetch } = useGetWhyQuery(agent.name, {
    pollingInterval: useRefreshMs(),
    skipPollingIfUnfocused: true,
    refetchOnMountOrArgChange: true,
  });
  const { data: providers } = useGetProvidersQuery();
  return (
    <PanelBody
      what="The reasons for its state could not be loaded"
      data={currentData}
      error={error}
      onRetry={() => void refetch()}
      skeleton={<Skeleton h={320} />}
    >
      {(why) => <WhyView why={why} agent={agent} tiers={providers && tiersOf(agent, providers)} />}
    </PanelBody>
  );
}
