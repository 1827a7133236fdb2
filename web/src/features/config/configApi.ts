import { api } from '../../api/api';
import type { FieldProblem } from '../../api/types';
import { isObject, type JsonObject } from './model/json';

/** The document as the daemon sent it, and the name of that state of the file. */
export interface Snapshot {
  document: JsonObject;
  etag: string;
}

export interface Check {
  errors: FieldProblem[];
  warnings: FieldProblem[];
}

function snapshotOf(body: unknown, headers: Headers | undefined): Snapshot {
  return { document: isObject(body) ? body : {}, etag: headers?.get('ETag') ?? '' };
}

export const configApi = api.injectEndpoints({
  endpoints: (build) => ({
    getConfig: build.query<Snapshot, void>({
      query: () => ({ path: '/config' }),
      transformResponse: (body: unknown, meta) => snapshotOf(body, meta?.headers),
      // The order of keys is the operator's: nothing may be shared with an older response.
      structuralSharing: false,
      providesTags: ['Config'],
    }),
    /** The result depends on the saved secrets too: masks stand for them. */
    checkConfig: build.query<Check, JsonObject>({
      query: (document) => ({ path: '/config/check', method: 'POST', body: document }),
      providesTags: ['Config'],
      keepUnusedDataFor: 5,
    }),
    putConfig: build.mutation<Snapshot, Snapshot>({
      query: ({ document, etag }) => ({ path: '/config', method: 'PUT', body: document, headers: { 'If-Match': etag } }),
      transformResponse: (body: unknown, meta) => snapshotOf(body, meta?.headers),
      onQueryStarted: async (_sent, { dispatch, queryFulfilled }) => {
        const saved = await queryFulfilled.catch(() => undefined);
        if (saved) dispatch(configApi.util.upsertQueryData('getConfig', undefined, saved.data));
      },
      invalidatesTags: (_saved, error) => (error?.status === 412 ? ['Config'] : []),
    }),
    getModels: build.query<string[], string>({
      query: (provider) => ({ path: '/agents/models', query: { provider } }),
      transformResponse: ({ models }: { models: string[] }) => models,
      providesTags: ['Models'],
    }),
  }),
});

export const { useGetConfigQuery, useCheckConfigQuery, usePutConfigMutation, useGetModelsQuery } = configApi;
