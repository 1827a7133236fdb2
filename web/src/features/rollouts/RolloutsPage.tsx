import '../../shared/laterStyles';
import { Button, Code, Group, Menu, Skeleton, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload, IconListDetails } from '@tabler/icons-react';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { EmptyState } from '../../shared/EmptyState';
import { Pages } from '../../shared/Pages';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { useOpenDrawer } from '../../shared/drawer';
import { count } from '../../shared/format';
import { useUi } from '../../shared/state';
import { BulkBar } from './BulkBar';
import { download, exportRollouts, type ExportFormat } from './exportRollouts';
import { OverviewStrip } from './OverviewStrip';
import { RolloutFilters } from './RolloutFilters';
import { useGetRolloutsQuery, useGetStoreStatisticsQuery } from './rolloutsApi';
import { argumentsOf, isFiltered, pageSize, viewOf, withChange, type RolloutsView } from './rolloutsQuery';
import { RolloutsTable } from './RolloutsTable';

function Nothing({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  if (filtered) {
    return (
      <EmptyState icon={<IconListDetails />} title="No rollout matches" action={<Button variant="light" onClick={onClear}>Clear filters</Button>}>
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
  const { data, error, isLoading, refetch } = useGetRolloutsQuery(argumentsOf(view));
  const { data: statistics } = useGetStoreStatisticsQuery();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [exporting, setExporting] = useState<string | null>(null);
  const backend = useUi((state) => state.backend);
  const openDrawer = useOpenDrawer();

  const save = async (format: ExportFormat) => {
    setExporting('0');
    try {
      const blob = await exportRollouts(backend, view, format, (done, total) => setExporting(`${count(done)} of ${count(total)}`));
      download(blob, `rollouts.${format}`);
    } catch (failure) {
      notifications.show({ color: 'red', title: 'The export stopped', message: failure instanceof Error ? failure.message : String(failure) });
    }
    setExporting(null);
  };

  return (
    <>
      <Group justify="space-between" mb="sm">
        <Title order={1} size="h2">
          Rollouts
        </Title>
        <Menu>
          <Menu.Target>
            <Button size="xs" variant="default" leftSection={<IconDownload size={14} aria-hidden />} loading={false} disabled={exporting !== null}>
              {exporting === null ? 'Export' : `Exporting ${exporting}`}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => void save('jsonl')}>JSON lines, as sent</Menu.Item>
            <Menu.Item onClick={() => void save('csv')}>CSV</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
      <OverviewStrip statistics={statistics} chosen={view.statuses} onChoose={(statuses) => change({ statuses })} />
      <RolloutFilters view={view} onChange={change} />
      {error !== undefined && (
        <ProblemAlert what="The rollouts could not be loaded" error={error} onRetry={() => void refetch()} {...(data ? { still: 'The list below may be out of date.' } : {})} />
      )}
      {isLoading && <Skeleton h={360} aria-busy />}
      {selected.size > 0 && <BulkBar ids={[...selected]} onDone={() => setSelected(new Set())} />}
      {data !== undefined && data.items.length === 0 && <Nothing filtered={isFiltered(view)} onClear={() => setQuery({}, { replace: true })} />}
      {data !== undefined && data.items.length > 0 && (
        <>
          <RolloutsTable
            rollouts={data.items}
            sort={view.sort}
            descending={view.descending}
            onSort={(sort, descending) => change({ sort, descending })}
            selected={selected}
            onSelected={setSelected}
            onJson={(rolloutId, attemptId) => openDrawer({ kind: 'json', rolloutId, attemptId })}
            onTranscript={(rolloutId, attemptId) => openDrawer({ kind: 'transcript', rolloutId, attemptId })}
          />
          <Pages offset={data.offset} shown={data.items.length} total={data.total} pageSize={pageSize} onPage={(page) => change({ page })} />
        </>
      )}
    </>
  );
}
