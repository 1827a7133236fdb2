import { api, tagTypes } from '../../api/api';
import type { ApiError } from '../../api/problem';
import { keepSessionSecret } from '../../api/sessionSecret';
import { roleOf } from '../../api/role';
import type { OpenedSession, Session } from '../../api/types';
import { backendChanged, rememberBackend } from '../../shared/state';

interface Credentials {
  /** '' for the daemon that served this page, which opens a session; another daemon has none for us, so its token is kept here. */
  address: string;
  token: string;
}

const wrong: ApiError = { status: 401, title: 'Unauthorized', detail: "That is neither an operator's nor a viewer's token.", errors: [] };

const sessionApi = api.injectEndpoints({
  endpoints: (build) => ({
    signIn: build.mutation<null, Credentials>({
      queryFn: async ({ address, token }, { dispatch }, _extra, ask) => {
        if (address === '') {
          const { data, error } = await ask({ path: '/session', method: 'POST', body: { token } });
          if (error) return { error };
          keepSessionSecret((data as OpenedSession).secret);
          return { data: null };
        }
        const { data, error } = await ask({ path: '/session', headers: { Authorization: `Bearer ${token}` } });
        if (error) return { error };
        if (roleOf(data as Session) === null) return { error: wrong };
        const backend = { address, token };
        rememberBackend(backend);
        dispatch(backendChanged(backend));
        return { data: null };
      },
      invalidatesTags: (_result, error) => (error ? [] : [...tagTypes]),
    }),
    signOut: build.mutation<null, string>({
      queryFn: async (address, { dispatch }, _extra, ask) => {
        if (address === '') {
          const { error } = await ask({ path: '/session', method: 'DELETE' });
          if (error) return { error };
          keepSessionSecret(null);
        } else {
          const backend = { address, token: null };
          rememberBackend(backend);
          dispatch(backendChanged(backend));
        }
        return { data: null };
      },
      // What only the operator may read is removed from the page.
      onQueryStarted: (_address, { dispatch, queryFulfilled }) => {
        queryFulfilled.then(
          () => dispatch(api.util.resetApiState()),
          () => undefined,
        );
      },
    }),
  }),
});

export const { signIn } = sessionApi.endpoints;
export const { useSignInMutation, useSignOutMutation } = sessionApi;
