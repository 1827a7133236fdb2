import type { ThunkDispatch, UnknownAction } from '@reduxjs/toolkit';
import { fleetApi } from '../../api/fleetApi';

/** `#/token=…` or `#token=…`, as the daemon prints it. */
export function tokenInFragment(hash: string): string | null {
  const token = /^#\/?token=(.+)$/.exec(hash)?.[1];
  return token === undefined ? null : decodeURIComponent(token);
}

/** The link that the daemon prints signs in; the token does not stay in the address or the history. */
export async function signInFromFragment(dispatch: ThunkDispatch<unknown, unknown, UnknownAction>): Promise<void> {
  const token = tokenInFragment(location.hash);
  if (token === null) return;
  history.replaceState(history.state, '', location.pathname + location.search);
  await dispatch(fleetApi.endpoints.openSession.initiate(token, { fixedCacheKey: 'sign-in' }));
}
