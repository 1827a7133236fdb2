import { api } from '../../api/api';
import type { Attempt, Rollout } from '../../api/types';

export const transcriptApi = api.injectEndpoints({
  endpoints: (build) => ({
    getTranscribedRollout: build.query<Rollout, string>({
      query: (id) => ({ path: `/rollouts/${encodeURIComponent(id)}` }),
      providesTags: (_result, _error, id) => [{ type: 'Rollouts', id }],
    }),
    /** First to last. */
    getTranscribedAttempts: build.query<Attempt[], string>({
      query: (id) => ({ path: `/rollouts/${encodeURIComponent(id)}/attempts` }),
      providesTags: (_result, _error, id) => [{ type: 'Rollouts', id }],
    }),
    cancelTranscribedRollout: build.mutation<Rollout, string>({
      query: (id) => ({ path: `/rollouts/${encodeURIComponent(id)}`, method: 'POST', body: { status: 'cancelled' } }),
      invalidatesTags: (_result, _error, id) => [{ type: 'Rollouts', id }, { type: 'Rollouts', id: 'LIST' }, 'Agents'],
    }),
  }),
});

export const { useGetTranscribedRolloutQuery, useGetTranscribedAttemptsQuery, useCancelTranscribedRolloutMutation } = transcriptApi;
