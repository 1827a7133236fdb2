import { api } from '../../api/api';
import type { ResourcesPage, ResourcesUpdate } from '../../api/types';

export const resourcesApi = api.injectEndpoints({
  endpoints: (build) => ({
    getResourcesPage: build.query<ResourcesPage, string>({
      query: (search) => ({ path: `/v1/agl/resources?${search}` }),
      providesTags: ['Resources'],
    }),
    /** Every version, the newest first. */
    getVersions: build.query<ResourcesUpdate[], string>({
      query: (id) => ({ path: `/v1/agl/resources/${encodeURIComponent(id)}/versions` }),
      providesTags: ['Resources'],
    }),
  }),
});

export const { useGetResourcesPageQuery, useGetVersionsQuery } = resourcesApi;
