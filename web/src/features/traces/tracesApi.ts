import { api } from '../../api/api';
import { textQuery } from '../../api/textQuery';
import type { AttemptPage, Rollout, RolloutPage, SpanPage } from '../../api/types';
import { listQuery, type WithTexts } from '../../shared/listedTexts';

export const tracesApi = api.injectEndpoints({
  endpoints: (build) => ({
    getSpans: build.query<WithTexts<SpanPage>, string>({
      queryFn: (search, { getState, signal }) => listQuery<SpanPage>(`/v1/agl/spans?${search}`, 'span_id', getState, signal),
      providesTags: ['Spans'],
    }),
    /** A page of one span, as the store writes it. */
    getSpanText: build.query<string, { rolloutId: string; attemptId: string; spanId: string }>({
      queryFn: ({ rolloutId, attemptId, spanId }, { getState, signal }) =>
        textQuery(
          `/v1/agl/spans?${new URLSearchParams({ rollout_id: rolloutId, attempt_id: attemptId, span_id: spanId, limit: '1' }).toString()}`,
          getState,
          signal,
        ),
      providesTags: ['Spans'],
    }),
    getRollout: build.query<Rollout | null, string>({
      query: (id) => ({ path: `/v1/agl/rollouts/${encodeURIComponent(id)}` }),
      providesTags: (_result, _error, id) => [{ type: 'Rollouts', id }],
    }),
    /** For the selector: the newest, or those whose id contains what was typed. */
    findRollouts: build.query<RolloutPage, string>({
      query: (contains) => ({
        path: '/v1/agl/rollouts',
        query: { limit: 50, sort_by: 'start_time', sort_order: 'desc', rollout_id_contains: contains === '' ? undefined : contains },
      }),
      providesTags: [{ type: 'Rollouts', id: 'LIST' }],
    }),
    getAttempts: build.query<AttemptPage, string>({
      query: (id) => ({
        path: `/v1/agl/rollouts/${encodeURIComponent(id)}/attempts`,
        query: { limit: 100, sort_by: 'sequence_id', sort_order: 'desc' },
      }),
      providesTags: (_result, _error, id) => [{ type: 'Rollouts', id }],
    }),
  }),
});

export const { useGetSpansQuery, useGetSpanTextQuery, useGetRolloutQuery, useFindRolloutsQuery, useGetAttemptsQuery } = tracesApi;
