import '../../shared/laterStyles';
import { Button, Code, Group, Stack, Text, Title } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import { useCallback, useState } from 'react';
import { useSearchParams } from 'react-router';
import { EmptyState } from '../../shared/EmptyState';
import { ListFrame } from '../../shared/ListFrame';
import { useOpenDrawer } from '../../shared/drawer';
import { useStorePolling } from '../../shared/state';
import { BulkBar } from './BulkBar';
import { ExportMenu } from './ExportMenu';
import { OverviewStrip } from './OverviewStrip';
import { RolloutFilters } from './RolloutFilters';
import { useGetRolloutsQuery, useGetStoreStatisticsQuery } from './rolloutsApi';
import { argumentsOf, isFiltered, pageSize, viewOf, withChange, type RolloutsView } from './rolloutsQuery';
import { RolloutsTable } from './RolloutsTable';

function Nothing({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  if (filtered) {
    return (
      <EmptyState
        icon={<IconListDetails />}
        title="No rollout matches"
        action={
          <Button variant="light" onClick={onClear}>
            Clear filters
          </Button>
        }
      >
        Other filters may find some.
      </EmptyState>
    );
  }
  const curl = `curl -X POST ${location.origin}/v1/agl/queues/rollouts/enqueue -H 'Content-Type: application/json' -d '{"rollouts":[{"input":"hello"}]}'`;
  return (
    <EmptyState icon={<IconListDetails />} title="No rollouts yet">
      <Stack gap="xs">
        <Text size="sm">Send an agent a task, or enqueue one for your own runners:</Text>
        <Code block ta="left" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {curl}
        </Code>
      </Stack>
    </EmptyState>
  );
}

export default function RolloutsPage() {
  const [query, setQuery] = useSearchParams();
  const view = viewOf(query);
  const change = (changed: Partial<RolloutsView>) => setQuery((current) => withChange(current, changed), { replace: true });
  const rollouts = useGetRolloutsQuery(argumentsOf(view), useStorePolling());
  const { data: statistics } = useGetStoreStatisticsQuery();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const openDrawer = useOpenDrawer();
  const json = useCallback(
    (rolloutId: string, attemptId: string | null) => openDrawer({ kind: 'json', rolloutId, attemptId }),
    [openDrawer],
  );
  const transcript = useCallback(
    (rolloutId: string, attemptId: string) => openDrawer({ kind: 'transcript', rolloutId, attemptId }),
    [openDrawer],
  );

  return (
    <>
      <Group justify="space-between" mb="sm">
        <Title order={1} size="h2">
          Rollouts
        </Title>
        <ExportMenu view={view} />
      </Group>
      <OverviewStrip statistics={statistics} chosen={view.statuses} onChoose={(statuses) => change({ statuses })} />
      <RolloutFilters view={view} onChange={change} />
      {selected.size > 0 && <BulkBar ids={[...selected]} onDone={() => setSelected(new Set())} />}
      <ListFrame
        what="rollouts"
        query={rollouts}
        pageSize={pageSize}
        onPage={(page) => change({ page })}
        empty={<Nothing filtered={isFiltered(view)} onClear={() => setQuery({}, { replace: true })} />}
      >
        {({ items, texts }) => (
          <RolloutsTable
            rollouts={items}
            texts={texts}
            sort={view.sort}
            descending={view.descending}
            onSort={(sort, descending) => change({ sort, descending })}
            selected={selected}
            onSelected={setSelected}
            json={json}
            transcript={transcript}
          />
        )}
      </ListFrame>
    </>
  );
}
