import { api } from '../../api/api';
import { beganOf } from '../../api/fleetApi';
import type { Envelope, LifecycleEvent, NewTask, ProviderEvent, Rollout, TierTime, Why } from '../../api/types';

/** Rows of the ledger for each request. */
export const ledgerPage = 100;
/** An id after every row: pages back from an empty week. */
const lastOfAll = Number.MAX_SAFE_INTEGER;

function pathOf(name: string, rest: string): string {
  return `/agents/${encodeURIComponent(name)}/${rest}`;
}

const dayMs = 86_400_000;

/** How long there has been a fleet, if that is less than a day. */
function ageOf(began: number | null, now: number): number | null {
  return began === null || began <= now - dayMs ? null : Math.max(1000, now - began);
}

export const agentDrawerApi = api.injectEndpoints({
  endpoints: (build) => ({
    /** Of the last day; of a fleet younger than that, since it began. */
    getTierTime: build.query<TierTime, string>({
      queryFn: async (name, _api, _extra, baseQuery) => {
        const first = await baseQuery({ path: '/event-log', query: { limit: 1 } });
        const age = ageOf(beganOf(first.data as Envelope[] | undefined), Date.now());
        const answer = await baseQuery({ path: pathOf(name, 'tier-time'), query: { window_ms: age === null ? undefined : age } });
        return answer.error ? { error: answer.error } : { data: answer.data as TierTime };
      },
      providesTags: (_result, _error, name) => [{ type: 'TierTime', id: name }],
    }),
    /** The first page is the last seven days; further ones go back as far as the first row. */
    getProviderEvents: build.infiniteQuery<ProviderEvent[], string, number | null>({
      infiniteQueryOptions: {
        initialPageParam: null,
        getNextPageParam: (page, pages) => {
          if (pages.length > 1 && page.length < ledgerPage) return undefined;
          return page[0]?.id ?? lastOfAll;
        },
      },
      query: ({ queryArg: name, pageParam }) => ({
        path: pathOf(name, 'provider-events'),
        query: { limit: ledgerPage, before_id: pageParam ?? undefined },
      }),
      providesTags: (_result, _error, name) => [{ type: 'ProviderEvents', id: name }],
    }),
    getLifecycleEvents: build.query<LifecycleEvent[], string>({
      query: (name) => ({ path: pathOf(name, 'lifecycle-events'), query: { limit: 500 } }),
      providesTags: (_result, _error, name) => [{ type: 'LifecycleEvents', id: name }],
    }),
    getWhy: build.query<Why, string>({
      query: (name) => ({ path: pathOf(name, 'why') }),
      providesTags: (_result, _error, name) => [{ type: 'Why', id: name }],
    }),
    startInstance: build.mutation<null, string>({
      query: (name) => ({ path: pathOf(name, 'start'), method: 'POST' }),
      invalidatesTags: (_result, error, name) => (error ? [] : ['Agents', { type: 'Why', id: name }]),
    }),
    stopInstance: build.mutation<null, { name: string; force: boolean }>({
      query: ({ name, force }) => ({ path: pathOf(name, 'stop'), method: 'POST', query: { force: force ? 1 : undefined } }),
      invalidatesTags: (_result, error, { name }) => (error ? [] : ['Agents', { type: 'Why', id: name }]),
    }),
    sendTask: build.mutation<Rollout, { name: string; task: NewTask }>({
      query: ({ name, task }) => ({ path: pathOf(name, 'tasks'), method: 'POST', body: task }),
      invalidatesTags: (_result, error) => (error ? [] : ['Agents', { type: 'Rollouts', id: 'LIST' }]),
    }),
  }),
});

export const {
  useGetTierTimeQuery,
  useGetProviderEventsInfiniteQuery,
  useGetLifecycleEventsQuery,
  useGetWhyQuery,
  useStartInstanceMutation,
  useStopInstanceMutation,
  useSendTaskMutation,
} = agentDrawerApi;
