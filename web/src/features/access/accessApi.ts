import { api } from '../../api/api';
import type { NamedToken, NewToken, TokenWithValue } from '../../api/types';

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
