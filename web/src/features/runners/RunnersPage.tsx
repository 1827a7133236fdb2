import '../../shared/laterStyles';
import { Badge, Group, SegmentedControl, Skeleton, Table, Text, TextInput, Title } from '@mantine/core';
import { IconRun, IconSearch } from '@tabler/icons-react';
import { Link } from 'react-router';
import { CopyableId } from '../../shared/CopyableId';
import { EmptyState } from '../../shared/EmptyState';
import { Pages } from '../../shared/Pages';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { RelativeTime } from '../../shared/RelativeTime';
import { SortHeader } from '../../shared/SortHeader';
import { pageOf, useQueryState } from '../../shared/useQueryState';
import { shortId } from '../../shared/format';
import { useRefreshMs } from '../../shared/state';
import { useNow } from '../../shared/useNow';
import { GaugeBars } from './GaugeBars';
import { useGetWorkersQuery } from './runnersApi';
import { gaugesOf, standingOf, type Standing } from './standing';

const pageSize = 50;
const columns = [
  { label: 'Runner', sort: 'worker_id' },
  { label: 'Status', sort: 'status' },
  { label: 'Rollout', sort: 'current_rollout_id' },
  { label: 'Heartbeat', sort: 'last_heartbeat_time' },
  { label: 'Last busy', sort: 'last_busy_time' },
  { label: 'Last idle', sort: 'last_idle_time' },
  { label: 'Last dequeue', sort: 'last_dequeue_time' },
] as const;

const looks: Record<Standing, { colour: string; glyph: string }> = {
  busy: { colour: 'teal', glyph: '▶' },
  idle: { colour: 'gray', glyph: '◌' },
  unknown: { colour: 'gray', glyph: '?' },
  stale: { colour: 'red', glyph: '✕' },
};

function Time({ seconds }: { seconds: number | null }) {
  return seconds === null ? 'N/A' : <RelativeTime at={seconds * 1000} />;
}

/** Who pulls from the queue, and who has gone silent. */
export default function RunnersPage() {
  const [query, set] = useQueryState();
  const now = useNow(5000);
  const search = query.get('q') ?? '';
  const status = query.get('status') ?? '';
  const sort = columns.find((column) => column.sort === query.get('sort'))?.sort ?? 'last_heartbeat_time';
  const descending = query.get('order') !== 'asc';
  const page = pageOf(query);
  const asked = new URLSearchParams({ limit: String(pageSize), offset: String((page - 1) * pageSize), sort_by: sort, sort_order: descending ? 'desc' : 'asc' });
  if (search !== '') asked.set('worker_id_contains', search);
  if (status !== '') asked.set('status_in', status);
  const { data, error, isLoading, refetch } = useGetWorkersQuery(asked.toString(), { pollingInterval: useRefreshMs(), skipPollingIfUnfocused: true });
  const stale = (data?.items ?? []).filter((worker) => standingOf(worker, now) === 'stale').length;

  return (
    <>
      <Group justify="space-between" mb="sm">
        <Title order={1} size="h2">
          Runners
        </Title>
        <Group gap="xs">
          <SegmentedControl size="xs" aria-label="Status" value={status} onChange={(value) => set({ status: value })} data={[{ value: '', label: 'All' }, 'busy', 'idle', 'unknown']} />
          <TextInput type="search" aria-label="Search by runner id" placeholder="Runner id" size="xs" leftSection={<IconSearch size={14} aria-hidden />} value={search} onChange={(event) => set({ q: event.currentTarget.value })} />
        </Group>
      </Group>
      {data !== undefined && data.items.length > 0 && (
        <Text size="sm" mb="xs" c={stale > 0 ? undefined : 'dimmed'} role="status">
          {stale > 0 ? `✕ ${stale} of ${data.items.length} gone silent` : 'All runners beat.'}
        </Text>
      )}
      {error !== undefined && <ProblemAlert what="The runners could not be loaded" error={error} onRetry={() => void refetch()} {...(data ? { still: 'The list below may be out of date.' } : {})} />}
      {isLoading && <Skeleton h={240} aria-busy />}
      {data !== undefined && data.items.length === 0 && (
        <EmptyState icon={<IconRun />} title={search === '' && status === '' ? 'No runner has called yet' : 'No runner matches'}>
          A runner appears with its first dequeue or heartbeat.
        </EmptyState>
      )}
      {data !== undefined && data.items.length > 0 && (
        <Table.ScrollContainer minWidth={980} type="native">
          <Table aria-label="Runners" highlightOnHover>
            <Table.Thead>
              <Table.Tr>
                {columns.map(({ label, sort: key }) => (
                  <SortHeader key={key} label={label} by={key} sort={sort} descending={descending} descendingFirst onSort={(by, down) => set({ sort: by, order: down ? 'desc' : 'asc' })} />
                ))}
                <Table.Th>Machine</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.items.map((worker) => {
                const standing = standingOf(worker, now);
                return (
                  <Table.Tr key={worker.worker_id} data-row="" tabIndex={-1} data-testid={`runner-row-${worker.worker_id}`}>
                    <Table.Td>
                      <CopyableId id={worker.worker_id} what="runner" />
                    </Table.Td>
                    <Table.Td>
                      <Badge size="sm" variant="light" tt="none" color={looks[standing].colour} leftSection={<span aria-hidden>{looks[standing].glyph}</span>}>
                        {standing === 'stale' ? `stale, was ${worker.status}` : standing}
                      </Badge>
                    </Table.Td>
                    <Table.Td>
                      {worker.current_rollout_id === null ? 'N/A' : <Link to={`/rollouts?q=${worker.current_rollout_id}`}>{shortId(worker.current_rollout_id)}</Link>}
                    </Table.Td>
                    <Table.Td>
                      <Time seconds={worker.last_heartbeat_time} />
                    </Table.Td>
                    <Table.Td>
                      <Time seconds={worker.last_busy_time} />
                    </Table.Td>
                    <Table.Td>
                      <Time seconds={worker.last_idle_time} />
                    </Table.Td>
                    <Table.Td>
                      <Time seconds={worker.last_dequeue_time} />
                    </Table.Td>
                    <Table.Td>
                      <GaugeBars gauges={gaugesOf(worker)} />
                    </Table.Td>
                  </Table.Tr>
                );
              })}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {data !== undefined && data.items.length > 0 && <Pages offset={data.offset} shown={data.items.length} total={data.total} pageSize={pageSize} onPage={(next) => set({ page: String(next) })} />}
    </>
  );
}
