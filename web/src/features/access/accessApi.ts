import { api } from '../../api/api';
import type { paths } from '../../api/schema';
import type { NamedToken } from '../../api/types';

type Create = paths['/tokens']['post'];
type NewToken = Create['requestBody']['content']['application/json'];
type TokenWithValue = Create['responses'][201]['content']['application/json'];

const accessApi = api.injectEndpoints({
  endpoints: (build) => ({
    getTokens: build.query<NamedToken[], void>({
      query: () => ({ path: '/tokens' }),
      providesTags: ['Tokens'],
    }),
    createToken: build.mutation<TokenWithValue, NewToken>({
      query: (token) => ({ path: '/tokens', method: 'POST', body: token }),
      invalidatesTags: (_result, error) => (error ? [] : ['Tokens']),
    }),
    /** Its sessions end with it, and this may be one of them. */
    revokeToken: build.mutation<null, string>({
      query: (id) => ({ path: `/tokens/${encodeURIComponent(id)}`, method: 'DELETE' }),
      invalidatesTags: (_result, error) => (error ? [] : ['Tokens', 'Session']),
    }),
  }),
});

export const { useGetTokensQuery, useCreateTokenMutation, useRevokeTokenMutation } = accessApi;
