import { Skeleton, Stack } from '@mantine/core';
import { IconActivity } from '@tabler/icons-react';
import type { Agent, LifecycleEvent } from '../../../api/types';
import { EmptyState } from '../../../shared/EmptyState';
import { useGetLifecycleEventsQuery } from '../agentDrawerApi';
import { noLifecycle } from '../noLifecycle';
import { PanelBody } from '../PanelBody';
import { ActivityTimeline } from './ActivityTimeline';

function ActivitySkeleton() {
  return (
    <Stack gap="xs">
      {Array.from({ length: 6 }, (_, row) => (
        <Skeleton key={row} h={28} />
      ))}
    </Stack>
  );
}

function ActivityView({ agent, events }: { agent: Agent; events: LifecycleEvent[] }) {
  if (events.length > 0) return <ActivityTimeline events={events.toReversed()} />;
  return (
    <EmptyState icon={<IconActivity size={28} />} title="Nothing happened in the last 7 days">
      {noLifecycle(agent) ?? 'Its container starts with the first task, and what happens to it is shown here.'}
    </EmptyState>
  );
}

export function ActivityTab({ agent }: { agent: Agent }) {
  const { currentData, error, refetch } = useGetLifecycleEventsQuery(agent.name);
  return (
    <PanelBody
      what="The activity could not be loaded"
      data={currentData}
      error={error}
      onRetry={() => void refetch()}
      skeleton={<ActivitySkeleton />}
    >
      {(events) => <ActivityView agent={agent} events={events} />}
    </PanelBody>
  );
}
