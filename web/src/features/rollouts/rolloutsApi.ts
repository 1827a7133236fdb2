import { api } from '../../api/api';
import type { AttemptPage, Rollout, RolloutPage, StoreStatistics } from '../../api/types';

/** As the address names it: see rolloutsQuery.ts. Repeated keys are lists. */
export type RolloutsArguments = string;

export const rolloutsApi = api.injectEndpoints({
  endpoints: (build) => ({
    getRollouts: build.query<RolloutPage, RolloutsArguments>({
      query: (search) => ({ path: `/v1/agl/rollouts?${search}` }),
      providesTags: [{ type: 'Rollouts', id: 'LIST' }],
    }),
    getAttemptsOf: build.query<AttemptPage, string>({
      query: (id) => ({
        path: `/v1/agl/rollouts/${encodeURIComponent(id)}/attempts`,
        query: { limit: 100, sort_by: 'sequence_id', sort_order: 'desc' },
      }),
      providesTags: (_result, _error, id) => [{ type: 'Rollouts', id }],
    }),
    getStoreStatistics: build.query<StoreStatistics, void>({
      query: () => ({ path: '/v1/agl/statistics' }),
      providesTags: [{ type: 'Rollouts', id: 'LIST' }],
    }),
    setRolloutStatus: build.mutation<Rollout, { id: string; status: 'cancelled' | 'queuing' }>({
      query: ({ id, status }) => ({ path: `/v1/agl/rollouts/${encodeURIComponent(id)}`, method: 'POST', body: { status } }),
      invalidatesTags: (_result, _error, { id }) => [{ type: 'Rollouts', id }, { type: 'Rollouts', id: 'LIST' }],
    }),
  }),
});

export const { useGetRolloutsQuery, useGetAttemptsOfQuery, useGetStoreStatisticsQuery, useSetRolloutStatusMutation } = rolloutsApi;
