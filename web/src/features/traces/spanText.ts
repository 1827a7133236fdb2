import { api } from '../../api/api';
import { textQuery } from '../../api/textQuery';

const spanApi = api.injectEndpoints({
  endpoints: (build) => ({
    getSpanText: build.query<string, { rolloutId: string; attemptId: string; spanId: string }>({
      queryFn: ({ rolloutId, attemptId, spanId }, { getState, signal }) =>
        textQuery(`/v1/agl/spans?${new URLSearchParams({ rollout_id: rolloutId, attempt_id: attemptId, span_id: spanId, limit: '1' }).toString()}`, getState, signal),
      providesTags: ['Spans'],
    }),
  }),
});

export const { useGetSpanTextQuery } = spanApi;
