import type { ThunkDispatch, UnknownAction } from '@reduxjs/toolkit';
import { backendChanged, backendAt, rememberBackend } from '../../shared/state';
import { signIn } from './sessionApi';

/** The key of the link's sign-in, for whoever shows its result. */
export const linkKey = 'sign-in-link';

/** `#/token=…` or `#token=…`, as the daemon prints it. */
export function tokenInFragment(hash: string): string | null {
  const token = /^#\/?token=(.+)$/.exec(hash)?.[1];
  if (token === undefined) return null;
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}

/** The token, from what was pasted: the token itself or the whole link. */
export function tokenIn(text: string): string {
  const trimmed = text.trim();
  const mark = trimmed.indexOf('#');
  return (mark === -1 ? null : tokenInFragment(trimmed.slice(mark))) ?? trimmed;
}

/** Signs in with the link that the daemon prints; the token does not stay in the address or the history. */
export async function signInFromFragment(dispatch: ThunkDispatch<unknown, unknown, UnknownAction>): Promise<void> {
  const token = tokenInFragment(location.hash);
  if (token === null) return;
  history.replaceState(history.state, '', location.pathname + location.search);
  // The token is this daemon's, whichever daemon was shown before.
  const backend = backendAt('');
  rememberBackend(backend);
  dispatch(backendChanged(backend));
  await dispatch(signIn.initiate({ address: '', token }, { fixedCacheKey: linkKey }));
}
