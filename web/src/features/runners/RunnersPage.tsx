import '../../shared/laterStyles';
import { Group, SegmentedControl, Text, Title } from '@mantine/core';
import { IconRun } from '@tabler/icons-react';
import { EmptyState } from '../../shared/EmptyState';
import { ListFrame } from '../../shared/ListFrame';
import { SearchInput } from '../../shared/SearchInput';
import { count } from '../../shared/format';
import { useStorePolling } from '../../shared/state';
import { useListView } from '../../shared/useListView';
import { useNow } from '../../shared/useNow';
import { columns, RunnersTable } from './RunnersTable';
import { useGetWorkersQuery } from './runnersApi';
import { standingOf } from './standing';

const pageSize = 50;

/** Who pulls from the queue, and who has gone silent. */
export default function RunnersPage() {
  const { query, set, asked, head, onPage } = useListView({ columns, usual: 'last_heartbeat_time', pageSize });
  const now = useNow(5000);
  const search = query.get('q') ?? '';
  const status = query.get('status') ?? '';
  if (search !== '') asked.set('worker_id_contains', search);
  if (status !== '') asked.set('status_in', status);
  const workers = useGetWorkersQuery(asked.toString(), useStorePolling());
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Title order={1} size="h2">
          Runners
        </Title>
        <Group gap="xs">
          <SegmentedControl
            size="xs"
            aria-label="Status"
            value={status}
            onChange={(value) => set({ status: value })}
            data={[{ value: '', label: 'All' }, 'busy', 'idle', 'unknown']}
          />
          <SearchInput label="Search by runner id" placeholder="Runner id" value={search} onChange={(value) => set({ q: value })} />
        </Group>
      </Group>
      <ListFrame
        what="runners"
        query={workers}
        pageSize={pageSize}
        onPage={onPage}
        empty={
          <EmptyState icon={<IconRun />} title={search === '' && status === '' ? 'No runners yet' : 'No runner matches'}>
            A runner appears with its first dequeue or heartbeat.
          </EmptyState>
        }
      >
        {({ items }) => {
          const silent = items.filter((worker) => standingOf(worker, now) === 'stale').length;
          return (
            <>
              <Text size="sm" mb="xs" c={silent > 0 ? undefined : 'dimmed'} role="status">
                {silent > 0 ? `✕ ${count(silent)} of ${count(items.length)} gone silent` : 'No runner has gone silent.'}
              </Text>
              <RunnersTable workers={items} now={now} head={head} />
            </>
          );
        }}
      </ListFrame>
    </>
  );
}
