import { api } from '../../api/api';
import type { AuditRow } from '../../api/types';

/** Entries for each request. */
export const auditPage = 100;

const auditApi = api.injectEndpoints({
  endpoints: (build) => ({
    /** Each page oldest first; the first page has the newest entries, the next ones go back. */
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
