import { api } from '../../api/api';
import type { AuditRow } from '../../api/types';

/** Entries asked for at once. */
export const auditPage = 100;

const auditApi = api.injectEndpoints({
  endpoints: (build) => ({
    /** Each page oldest first; the first is the newest entries, further ones go back. */
    getAudit: build.infiniteQuery<AuditRow[], void, number | null>({
      infiniteQueryOptions: {
        initialPageParam: null,
        getNextPageParam: (page) => (page.length < auditPage ? undefined : page[0]?.id),
      },
      query: ({ pageParam }) => ({ path: '/audit', query: { limit: auditPage, before_id: pageParam ?? undefined } }),
      providesTags: ['Audit'],
    }),
  }),
});

export const { useGetAuditInfiniteQuery } = auditApi;
