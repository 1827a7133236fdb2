export const pageSize = 100;
/** A waterfall, tree or chat shows this many spans of an attempt at most, and says so when there are more. */
export const treeLimit = 2000;

export const views = ['table', 'waterfall', 'tree', 'chat'] as const;
export type View = (typeof views)[number];

const spanSortKeys = [
  'name',
  'sequence_id',
  'trace_id',
  'span_id',
  'parent_id',
  'status_code',
  'start_time',
  'end_time',
  'duration',
] as const;
export type SpanSortKey = (typeof spanSortKeys)[number];

export interface TracesView {
  rollout: string;
  /** '' is the latest. */
  attempt: string;
  view: View;
  search: string;
  sort: SpanSortKey;
  descending: boolean;
  page: number;
}

export function viewOf(query: URLSearchParams): TracesView {
  return {
    rollout: query.get('rollout') ?? '',
    attempt: query.get('attempt') ?? '',
    view: views.find((view) => view === query.get('view')) ?? 'waterfall',
    search: query.get('q') ?? '',
    sort: spanSortKeys.find((key) => key === query.get('sort')) ?? 'start_time',
    descending: query.get('order') === 'desc',
    page: Math.max(1, Math.floor(Number(query.get('page') ?? 1)) || 1),
  };
}

export function withChange(query: URLSearchParams, change: Partial<TracesView>): URLSearchParams {
  const view = { ...viewOf(query), page: 1, ...change };
  const next = new URLSearchParams(query);
  const set = (key: string, value: string, usual = '') => (value === usual ? next.delete(key) : next.set(key, value));
  set('rollout', view.rollout);
  set('attempt', view.attempt);
  set('view', view.view, 'waterfall');
  set('q', view.search);
  set('sort', view.sort, 'start_time');
  set('order', view.descending ? 'desc' : '');
  set('page', String(view.page), '1');
  return next;
}

/** The query for the store: the table by pages and with its search, the other views for the whole attempt. */
export function argumentsOf(view: TracesView, rollout: string): string {
  const query = new URLSearchParams({ rollout_id: rollout, attempt_id: view.attempt === '' ? 'latest' : view.attempt });
  if (view.view !== 'table') {
    query.set('limit', String(treeLimit));
    query.set('sort_by', 'start_time');
    return query.toString();
  }
  query.set('limit', String(pageSize));
  query.set('offset', String((view.page - 1) * pageSize));
  query.set('sort_by', view.sort);
  query.set('sort_order', view.descending ? 'desc' : 'asc');
  if (view.search !== '') {
    for (const field of ['trace_id', 'span_id', 'parent_id', 'name']) query.set(`${field}_contains`, view.search);
    query.set('attributes_contain', view.search);
    query.set('filter_logic', 'or');
  }
  return query.toString();
}
