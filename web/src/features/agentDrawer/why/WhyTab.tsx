import { Skeleton } from '@mantine/core';
import type { Agent } from '../../../api/types';
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
  return (
    <PanelBody
      what="The reasons for its state could not be loaded"
      data={currentData}
      error={error}
      onRetry={() => void refetch()}
      skeleton={<Skeleton h={320} />}
    >
      {(why) => <WhyView why={why} agent={agent} />}
    </PanelBody>
  );
}
