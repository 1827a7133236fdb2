import { api } from '../../api/api';
import { textQuery } from '../../api/textQuery';
import type { ResourcesPage, ResourcesUpdate } from '../../api/types';
import { itemsOf, memberOf } from '../../shared/jsonText';

/** A version, and its contents as the store wrote them. */
export interface Version extends Pick<ResourcesUpdate, 'resources_id' | 'version' | 'update_time'> {
  text: string;
}

function versionOf(text: string): Version {
  const { resources_id, version, update_time } = JSON.parse(text) as ResourcesUpdate;
  return { resources_id, version, update_time, text: memberOf(text, 'resources') ?? '{}' };
}

export const resourcesApi = api.injectEndpoints({
  endpoints: (build) => ({
    getResourcesPage: build.query<ResourcesPage, string>({
      query: (search) => ({ path: `/v1/agl/resources?${search}` }),
      providesTags: ['Resources'],
    }),
    /** Every version, the newest first. */
    getVersions: build.query<Version[], string>({
      queryFn: async (id, { getState, signal }) => {
        const answer = await textQuery(`/v1/agl/resources/${encodeURIComponent(id)}/versions`, getState, signal);
        return 'data' in answer ? { data: itemsOf(answer.data).map(versionOf) } : answer;
      },
      providesTags: ['Resources'],
    }),
  }),
});

export const { useGetResourcesPageQuery, useGetVersionsQuery } = resourcesApi;
