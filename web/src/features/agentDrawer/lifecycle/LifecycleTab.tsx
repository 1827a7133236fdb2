import { Skeleton, Stack, Title } from '@mantine/core';
import { IconFlame } from '@tabler/icons-react';
import type { Agent } from '../../../api/types';
import { EmptyState } from '../../../shared/EmptyState';
import { useGetLifecycleEventsQuery } from '../agentDrawerApi';
import { noLifecycle } from '../noLifecycle';
import { PanelBody } from '../PanelBody';
import { ColdStartChart } from './ColdStartChart';
import { coldStartsOf } from './coldStarts';
import { ColdStartFigures, CountFigures } from './LifecycleFigures';

/** As many columns as fit on a phone. */
const most = 24;

function ColdStartPanel({ name }: { name: string }) {
  const { currentData, error, refetch } = useGetLifecycleEventsQuery(name);
  return (
    <PanelBody
      what="The starts could not be loaded"
      data={currentData}
      error={error}
      onRetry={() => void refetch()}
      skeleton={<Skeleton h={168} />}
    >
      {(events) => <ColdStartChart starts={coldStartsOf(events, most)} />}
    </PanelBody>
  );
}

export function LifecycleTab({ agent }: { agent: Agent }) {
  const metrics = agent.state.lifecycle_metrics;
  if (metrics == null) {
    return (
      <EmptyState icon={<IconFlame size={28} />} title="No starts and stops to count">
        {noLifecycle(agent) ?? 'Nothing has been counted yet.'}
      </EmptyState>
    );
  }
  return (
    <Stack gap="lg">
      <section aria-labelledby="cold-start-title">
        <Title order={3} size="h6" mb="xs" id="cold-start-title">
          Cold start
        </Title>
        <Stack gap="md">
          <ColdStartFigures metrics={metrics} />
          <ColdStartPanel name={agent.name} />
        </Stack>
      </section>
      <section aria-labelledby="counts-title">
        <Title order={3} size="h6" mb="xs" id="counts-title">
          Starts and stops
        </Title>
        <CountFigures metrics={metrics} />
      </section>
    </Stack>
  );
}
