import '../../shared/laterStyles';
import { Alert, Group, SegmentedControl, Skeleton, Text, TextInput, Title } from '@mantine/core';
import { IconSearch, IconTimeline } from '@tabler/icons-react';
import { useSearchParams } from 'react-router';
import type { Span } from '../../api/types';
import { EmptyState } from '../../shared/EmptyState';
import { Pages } from '../../shared/Pages';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { useOpenDrawer } from '../../shared/drawer';
import { count } from '../../shared/format';
import { AttemptChooser } from './AttemptChooser';
import { ChatView } from './ChatView';
import { missingFor } from './diagnosis';
import { SpanTable } from './SpanTable';
import { SpanTreeView } from './SpanTreeView';
import { useFindRolloutsQuery, useGetSpansQuery } from './tracesApi';
import { argumentsOf, pageSize, treeLimit, viewOf, views, withChange, type TracesView } from './tracesQuery';

const viewNames = { table: 'Table', waterfall: 'Waterfall', tree: 'Tree', chat: 'Chat' } as const;

function matching(spans: readonly Span[], search: string): readonly Span[] {
  if (search === '') return spans;
  return spans.filter((span) => [span.name, span.span_id, span.parent_id ?? '', span.trace_id, JSON.stringify(span.attributes)].some((text) => text.includes(search)));
}

export default function TracesPage() {
  const [query, setQuery] = useSearchParams();
  const view = viewOf(query);
  const change = (changed: Partial<TracesView>) => setQuery((current) => withChange(current, changed), { replace: true });
  const { data: newest, isLoading: isLooking } = useFindRolloutsQuery('', { skip: view.rollout !== '' });
  const rollout = view.rollout || (newest?.items[0]?.rollout_id ?? '');
  const { data, error, isLoading, refetch } = useGetSpansQuery(argumentsOf(view, rollout), { skip: rollout === '' });
  const openDrawer = useOpenDrawer();
  const open = (span: Span) => openDrawer({ kind: 'span', rolloutId: span.rollout_id, attemptId: span.attempt_id, spanId: span.span_id });
  const shown = view.view === 'table' ? (data?.items ?? []) : matching(data?.items ?? [], view.search);
  const missing = view.view === 'table' ? [] : missingFor(data?.items ?? []);

  return (
    <>
      <Title order={1} size="h2" mb="sm">
        Traces
      </Title>
      <Group gap="xs" mb="sm" justify="space-between">
        <AttemptChooser rollout={rollout} attempt={view.attempt} onChange={(next, attempt) => change({ rollout: next, attempt })} />
        <Group gap="xs">
          <TextInput type="search" aria-label="Search spans and attributes" placeholder="Name, id, attribute" size="xs" leftSection={<IconSearch size={14} aria-hidden />} value={view.search} onChange={(event) => change({ search: event.currentTarget.value })} />
          <SegmentedControl size="xs" aria-label="View" value={view.view} data={views.map((value) => ({ value, label: viewNames[value] }))} onChange={(value) => change({ view: views.find((each) => each === value) ?? 'waterfall' })} />
        </Group>
      </Group>
      {error !== undefined && <ProblemAlert what="The spans could not be loaded" error={error} onRetry={() => void refetch()} {...(data ? { still: 'The spans below may be out of date.' } : {})} />}
      {(isLoading || isLooking) && <Skeleton h={360} aria-busy />}
      {missing.length > 0 && (
        <Text size="sm" c="dimmed" mb="xs">
          For training: {missing.join('; ')}.
        </Text>
      )}
      {data !== undefined && data.total > treeLimit && view.view !== 'table' && (
        <Alert color="yellow" mb="xs" title={`The first ${count(treeLimit)} of ${count(data.total)} spans`}>
          The table shows all of them, page by page.
        </Alert>
      )}
      {!isLooking && rollout === '' && (
        <EmptyState icon={<IconTimeline />} title="No rollout yet">
          Spans come with the attempts of a rollout.
        </EmptyState>
      )}
      {data !== undefined && shown.length === 0 && (
        <EmptyState icon={<IconTimeline />} title={view.search === '' ? 'No spans in this attempt' : 'No span matches'}>
          {view.search === '' ? 'They appear here as they arrive.' : `Nothing holds “${view.search}”.`}
        </EmptyState>
      )}
      {shown.length > 0 && view.view === 'table' && (
        <>
          <SpanTable spans={shown} sort={view.sort} descending={view.descending} onSort={(sort, descending) => change({ sort, descending })} onOpen={open} onFind={(id) => change({ search: id })} />
          {data !== undefined && <Pages offset={data.offset} shown={data.items.length} total={data.total} pageSize={pageSize} onPage={(page) => change({ page })} />}
        </>
      )}
      {shown.length > 0 && (view.view === 'waterfall' || view.view === 'tree') && <SpanTreeView spans={shown} bars={view.view === 'waterfall'} onOpen={open} />}
      {shown.length > 0 && view.view === 'chat' && <ChatView spans={shown} onOpen={open} />}
    </>
  );
}
