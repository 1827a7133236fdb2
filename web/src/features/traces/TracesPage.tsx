import '../../shared/laterStyles';
import { Alert, Group, SegmentedControl, Text, Title } from '@mantine/core';
import { IconTimeline } from '@tabler/icons-react';
import { useCallback } from 'react';
import { useSearchParams } from 'react-router';
import type { Span } from '../../api/types';
import { EmptyState } from '../../shared/EmptyState';
import { ListFrame } from '../../shared/ListFrame';
import { SearchInput } from '../../shared/SearchInput';
import { useOpenDrawer } from '../../shared/drawer';
import { count } from '../../shared/format';
import { useStorePolling } from '../../shared/state';
import { AttemptChooser } from './AttemptChooser';
import { ChatView } from './ChatView';
import { missingFor, summaryOf } from './diagnosis';
import { SpanTable } from './SpanTable';
import { SpanTreeView } from './SpanTreeView';
import { useFindRolloutsQuery, useGetRolloutQuery, useGetSpansQuery } from './tracesApi';
import { argumentsOf, pageSize, treeLimit, viewOf, views, withChange, type TracesView } from './tracesQuery';

const viewNames = { table: 'Table', waterfall: 'Waterfall', tree: 'Tree', chat: 'Chat' } as const;

function matching(spans: readonly Span[], search: string): readonly Span[] {
  if (search === '') return spans;
  return spans.filter((span) =>
    [span.name, span.span_id, span.parent_id ?? '', span.trace_id, JSON.stringify(span.attributes)].some((text) => text.includes(search)),
  );
}

export default function TracesPage() {
  const [query, setQuery] = useSearchParams();
  const view = viewOf(query);
  const change = (changed: Partial<TracesView>) => setQuery((current) => withChange(current, changed), { replace: true });
  const { data: newest, isLoading: isLooking } = useFindRolloutsQuery('', { skip: view.rollout !== '' });
  const rollout = view.rollout || (newest?.items[0]?.rollout_id ?? '');
  const { data: chosen } = useGetRolloutQuery(rollout, { skip: rollout === '' });
  const spans = useGetSpansQuery(argumentsOf(view, rollout), { skip: rollout === '', ...useStorePolling(chosen?.end_time === null) });
  const { data } = spans;
  const all = data?.items ?? [];
  const openDrawer = useOpenDrawer();
  const open = useCallback(
    (span: Span) => openDrawer({ kind: 'span', rolloutId: span.rollout_id, attemptId: span.attempt_id, spanId: span.span_id }),
    [openDrawer],
  );
  const found = view.view === 'table' ? all : matching(all, view.search);
  const summary = view.view === 'table' ? [] : summaryOf(all);
  const missing = view.view === 'table' ? [] : missingFor(all);

  return (
    <>
      <Title order={1} size="h2" mb="sm">
        Traces
      </Title>
      <Group gap="xs" mb="sm" justify="space-between">
        <AttemptChooser
          rollout={rollout}
          attempt={view.attempt}
          onChange={(next, attempt) => change({ rollout: next, attempt })}
          onTranscript={(attemptId) => openDrawer({ kind: 'transcript', rolloutId: rollout, attemptId })}
        />
        <Group gap="xs">
          <SearchInput
            label="Search spans and attributes"
            placeholder="Name, id, attribute"
            value={view.search}
            onChange={(search) => change({ search })}
          />
          <SegmentedControl
            size="xs"
            aria-label="View"
            value={view.view}
            data={views.map((value) => ({ value, label: viewNames[value] }))}
            onChange={(value) => change({ view: views.find((each) => each === value) ?? 'waterfall' })}
          />
        </Group>
      </Group>
      {summary.length + missing.length > 0 && (
        <Text size="sm" c="dimmed" mb="xs" aria-label="Summary" role="note">
          {[...summary, ...missing.map((each) => `⚠ for training: ${each}`)].join(' · ')}
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
      <ListFrame
        what="spans"
        query={{ ...spans, isLoading: spans.isLoading || isLooking, data: data && { ...data, items: found } }}
        pageSize={view.view === 'table' ? pageSize : null}
        onPage={(page) => change({ page })}
        empty={
          <EmptyState icon={<IconTimeline />} title={view.search === '' ? 'No spans in this attempt' : 'No span matches'}>
            {view.search === '' ? 'They appear here as they arrive.' : `Nothing contains “${view.search}”.`}
          </EmptyState>
        }
      >
        {({ items }) => {
          if (view.view === 'table') {
            return (
              <SpanTable
                spans={items}
                sort={view.sort}
                descending={view.descending}
                onSort={(sort, descending) => change({ sort, descending })}
                onOpen={open}
                onFind={(id) => change({ search: id })}
              />
            );
          }
          if (view.view === 'chat') return <ChatView spans={items} onOpen={open} />;
          return <SpanTreeView spans={all} found={items} bars={view.view === 'waterfall'} onOpen={open} />;
        }}
      </ListFrame>
    </>
  );
}
