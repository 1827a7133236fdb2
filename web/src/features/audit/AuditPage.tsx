import '../../shared/laterStyles';
import { Button, Group, SegmentedControl, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconClipboardList, IconSearchOff } from '@tabler/icons-react';
import type { AuditRow } from '../../api/types';
import { EmptyState } from '../../shared/EmptyState';
import { count } from '../../shared/format';
import { PanelProblem } from '../../shared/PanelProblem';
import { SearchInput } from '../../shared/SearchInput';
import { useRefreshMs } from '../../shared/state';
import { useQueryState } from '../../shared/useQueryState';
import { useGetAuditInfiniteQuery } from './auditApi';
import { AuditTable } from './AuditTable';
import { isFailedSignIn, selectEntries } from './selection';

/** A failed sign-in is not an event: the log is polled while the page is open. */
const usualPollMs = 15_000;

function Summary({ entries, shown, hasOlder }: { entries: readonly AuditRow[]; shown: number; hasOlder: boolean }) {
  const failed = entries.filter(isFailedSignIn).length;
  const of = `${shown === entries.length ? '' : `${count(shown)} of `}${hasOlder ? 'the last ' : ''}${count(entries.length)} ${entries.length === 1 ? 'entry' : 'entries'}`;
  return (
    <Text size="sm" role="status" c={failed > 0 ? undefined : 'dimmed'}>
      {failed > 0 ? `✕ ${count(failed)} failed ${failed === 1 ? 'sign-in' : 'sign-ins'}` : 'No failed sign-in'} · {of}
    </Text>
  );
}

/** Who changed what, and who tried to get in. */
export default function AuditPage() {
  const [query, set] = useQueryState();
  const text = query.get('q') ?? '';
  const refusedOnly = query.get('result') === 'refused';
  const { data, error, isLoading, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useGetAuditInfiniteQuery(undefined, {
    pollingInterval: useRefreshMs() || usualPollMs,
    skipPollingIfUnfocused: true,
    refetchOnMountOrArgChange: true,
  });
  const entries = data?.pages.flatMap((page) => page.toReversed());
  const shown = entries === undefined ? [] : selectEntries(entries, text, refusedOnly);
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <Title order={2} size="h4">
          Audit log
        </Title>
        <Group gap="xs">
          <SegmentedControl
            size="xs"
            aria-label="Result"
            value={refusedOnly ? 'refused' : ''}
            onChange={(result) => set({ result })}
            data={[
              { value: '', label: 'All' },
              { value: 'refused', label: 'Refused' },
            ]}
          />
          <SearchInput
            label="Filter by who, what or from where"
            placeholder="who, what, from where"
            value={text}
            onChange={(q) => set({ q })}
          />
        </Group>
      </Group>
      {error !== undefined && (
        <PanelProblem what="The audit log could not be loaded" error={error} onRetry={() => void refetch()} stale={data !== undefined} />
      )}
      {isLoading && <Skeleton h={320} aria-busy />}
      {entries?.length === 0 && (
        <EmptyState icon={<IconClipboardList size={28} />} title="Nothing yet">
          Every change is recorded here, and every failed sign-in.
        </EmptyState>
      )}
      {entries !== undefined && entries.length > 0 && (
        <>
          <Summary entries={entries} shown={shown.length} hasOlder={hasNextPage} />
          {shown.length > 0 ? (
            <AuditTable entries={shown} />
          ) : (
            <EmptyState
              icon={<IconSearchOff size={28} />}
              title="No entry matches"
              action={
                <Button variant="light" onClick={() => set({ q: '', result: '' })}>
                  Show all
                </Button>
              }
            >
              {hasNextPage ? 'Older entries are not loaded yet, and may match.' : 'The filter covers who, from where, what and on what.'}
            </EmptyState>
          )}
          {hasNextPage && (
            <Group justify="center">
              <Button variant="subtle" size="compact-sm" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                Load older
              </Button>
            </Group>
          )}
        </>
      )}
    </Stack>
  );
}
