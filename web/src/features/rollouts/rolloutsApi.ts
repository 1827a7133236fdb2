import { api } from '../../api/api';
import type { AttemptPage, Held, Rollout, RolloutPage, StoreStatistics } from '../../api/types';
import { textQuery } from '../../api/textQuery';
import { listQuery, type WithTexts } from '../../shared/listedTexts';

/** The query string: see rolloutsQuery.ts. Repeated keys are lists. */
type RolloutsArguments = string;

export const rolloutsApi = api.injectEndpoints({
  endpoints: (build) => ({
    getRollouts: build.query<WithTexts<RolloutPage>, RolloutsArguments>({
      queryFn: (search, { getState, signal }) => listQuery<RolloutPage>(`/v1/agl/rollouts?${search}`, 'rollout_id', getState, signal),
      providesTags: [{ type: 'Rollouts', id: 'LIST' }],
    }),
    /** What tasks of our agents wait for, by their ids; the store's own list does not say it. */
    getHeldTasks: build.query<Record<string, Held>, string[]>({
      query: (ids) => {
        const wanted = new URLSearchParams(ids.map((id) => ['rollout_id_in', id]));
        return { path: `/rollouts?${wanted.toString()}` };
      },
      transformResponse: (rollouts: Rollout[]) =>
        Object.fromEntries(rollouts.flatMap(({ rollout_id: id, held }) => (held == null ? [] : [[id, held]]))),
      providesTags: [{ type: 'Rollouts', id: 'LIST' }],
    }),
    getAttemptsOf: build.query<WithTexts<AttemptPage>, string>({
      queryFn: (id, { getState, signal }) =>
        listQuery<AttemptPage>(
          `/v1/agl/rollouts/${encodeURIComponent(id)}/attempts?limit=1000&sort_by=sequence_id&sort_order=desc`,
          'attempt_id',
          getState,
          signal,
        ),
      providesTags: (_result, _error, id) => [{ type: 'Rollouts', id }],
    }),
    getStoreStatistics: build.query<StoreStatistics, void>({
      query: () => ({ path: '/v1/agl/statistics' }),
      providesTags: [{ type: 'Rollouts', id: 'LIST' }],
    }),
    getRolloutText: build.query<string, string>({
      queryFn: (id, { getState, signal }) => textQuery(`/v1/agl/rollouts/${encodeURIComponent(id)}`, getState, signal),
      providesTags: (_result, _error, id) => [{ type: 'Rollouts', id }],
    }),
    /** Invalidates nothing: the caller does that after the last one, see BulkBar. */
    setRolloutStatus: build.mutation<Rollout, { id: string; status: 'cancelled' | 'queuing' }>({
      query: ({ id, status }) => ({ path: `/v1/agl/rollouts/${encodeURIComponent(id)}`, method: 'POST', body: { status } }),
    }),
  }),
});

export const {
  useGetRolloutsQuery,
  useGetHeldTasksQuery,
  useGetAttemptsOfQuery,
  useGetStoreStatisticsQuery,
  useGetRolloutTextQuery,
  useSetRolloutStatusMutation,
} = rolloutsApi;
