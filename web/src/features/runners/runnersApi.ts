import { api } from '../../api/api';
import type { WorkerPage } from '../../api/types';

export const runnersApi = api.injectEndpoints({
  endpoints: (build) => ({
    getWorkers: build.query<WorkerPage, string>({
      query: (search) => ({ path: `/v1/agl/workers?${search}` }),
      providesTags: ['Workers'],
    }),
  }),
});

export const { useGetWorkersQuery } = runnersApi;
