import { api } from '../../api/api';
import type { Provider } from '../../api/types';

export const providersApi = api.injectEndpoints({
  endpoints: (build) => ({
    /** `model` null: the accounts and all models. A refusal says that the page is behind, too. */
    tryProvider: build.mutation<null, { name: string; model: string | null }>({
      query: ({ name, model }) => ({
        path: `/providers/${encodeURIComponent(name)}/try`,
        method: 'POST',
        ...(model === null ? {} : { body: { model } }),
      }),
      invalidatesTags: ['Providers'],
    }),
    resetProvider: build.mutation<Provider, string>({
      query: (name) => ({ path: `/providers/${encodeURIComponent(name)}/reset`, method: 'POST' }),
      invalidatesTags: ['Providers', 'Agents'],
    }),
  }),
});

export const { useTryProviderMutation, useResetProviderMutation } = providersApi;
