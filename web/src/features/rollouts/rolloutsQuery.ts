import type { Rollout } from '../../api/types';

export const pageSize = 100;
export const statuses: Rollout['status'][] = ['queuing', 'preparing', 'running', 'succeeded', 'failed', 'cancelled', 'requeuing'];
export const modes = ['train', 'val', 'test'] as const;

/** The columns that the server sorts by. */
export const sortKeys = [
  'rollout_id',
  'attempt_id',
  'status',
  'resources_id',
  'mode',
  'start_time',
  'duration',
  'last_heartbeat_time',
  'worker_id',
] as const;
export type SortKey = (typeof sortKeys)[number];

/** The view in the page's address. */
export interface RolloutsView {
  search: string;
  statuses: string[];
  modes: string[];
  /** Unix seconds. */
  since: number | null;
  until: number | null;
  /** `key=value`, as typed. */
  metadata: string;
  sort: SortKey;
  descending: boolean;
  page: number;
}

function listOf(text: string | null, allowed: readonly string[]): string[] {
  return (text ?? '').split(',').filter((item) => allowed.includes(item));
}

function secondsOf(text: string | null): number | null {
  if (text === null || text === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

export function viewOf(query: URLSearchParams): RolloutsView {
  const sort = sortKeys.find((key) => key === query.get('sort'));
  return {
    search: query.get('q') ?? '',
    statuses: listOf(query.get('status'), statuses),
    modes: listOf(query.get('mode'), modes),
    since: secondsOf(query.get('since')),
    until: secondsOf(query.get('until')),
    metadata: query.get('metadata') ?? '',
    sort: sort ?? 'start_time',
    descending: sort === undefined ? true : query.get('order') === 'desc',
    page: Math.max(1, Math.floor(Number(query.get('page') ?? 1)) || 1),
  };
}

/** The same view in the address, leaving other parameters (the drawer's) alone. A new filter starts at page one. */
export function withChange(query: URLSearchParams, change: Partial<RolloutsView>): URLSearchParams {
  const view = { ...viewOf(query), page: 1, ...change };
  const next = new URLSearchParams(query);
  const set = (key: string, value: string) => (value === '' ? next.delete(key) : next.set(key, value));
  set('q', view.search);
  set('status', view.statuses.join(','));
  set('mode', view.modes.join(','));
  set('since', view.since === null ? '' : String(view.since));
  set('until', view.until === null ? '' : String(view.until));
  set('metadata', view.metadata);
  const usual = view.sort === 'start_time' && view.descending;
  set('sort', usual ? '' : view.sort);
  set('order', usual ? '' : view.descending ? 'desc' : 'asc');
  set('page', view.page === 1 ? '' : String(view.page));
  return next;
}

export function isFiltered(view: RolloutsView): boolean {
  return (
    view.search !== '' ||
    view.statuses.length > 0 ||
    view.modes.length > 0 ||
    view.since !== null ||
    view.until !== null ||
    view.metadata !== ''
  );
}

/** The query for the store. */
export function argumentsOf(view: RolloutsView, limit = pageSize, offset = (view.page - 1) * pageSize): string {
  const query = new URLSearchParams({
    limit: String(limit),
    offset: String(offset),
    sort_by: view.sort,
    sort_order: view.descending ? 'desc' : 'asc',
  });
  if (view.search !== '') query.set('rollout_id_contains', view.search);
  for (const status of view.statuses) query.append('status_in', status);
  for (const mode of view.modes) query.append('mode_in', mode);
  if (view.since !== null) query.set('since', String(view.since));
  if (view.until !== null) query.set('until', String(view.until));
  const equals = view.metadata.indexOf('=');
  if (equals > 0) query.set(`metadata.${view.metadata.slice(0, equals).trim()}`, view.metadata.slice(equals + 1).trim());
  return query.toString();
}
