import { api } from '../../api/api';
import type { AttemptPage, RolloutPage, SpanPage } from '../../api/types';

export const tracesApi = api.injectEndpoints({
  endpoints: (build) => ({
    getSpans: build.query<SpanPage, string>({
      query: (search) => ({ path: `/v1/agl/spans?${search}` }),
      providesTags: ['Spans'],
    }),
    /** For choosing: the newest, or those whose id holds what was typed. */
    findRollouts: build.query<RolloutPage, string>({
      query: (contains) => ({
        path: '/v1/agl/rollouts',
        query: { limit: 50, sort_by: 'start_time', sort_order: 'desc', rollout_id_contains: contains === '' ? undefined : contains },
      }),
      providesTags: [{ type: 'Rollouts', id: 'LIST' }],
    }),
    getAttempts: build.query<AttemptPage, string>({
      query: (id) => ({ path: `/v1/agl/rollouts/${encodeURIComponent(id)}/attempts`, query: { limit: 100, sort_by: 'sequence_id', sort_order: 'desc' } }),
      providesTags: (_result, _error, id) => [{ type: 'Rollouts', id }],
    }),
  }),
});

export const { useGetSpansQuery, useFindRolloutsQuery, useGetAttemptsQuery } = tracesApi;
