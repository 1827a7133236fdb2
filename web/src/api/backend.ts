import { sessionHeader, sessionSecret } from './sessionSecret';

/** Which daemon we talk to. `address` is '' for the one that served this page. */
export interface Backend {
  address: string;
  /** For another origin only: the cookie never leaves our own origin, so the token is sent as Bearer. */
  token: string | null;
}

function urlOf(backend: Backend, path: string): string {
  return backend.address === '' ? path : backend.address.replace(/\/+$/, '') + path;
}

/** The headers that say who asks, besides the cookie of our own origin. */
function headersOf({ address, token }: Backend): Record<string, string> {
  if (address !== '') return token === null ? {} : { Authorization: `Bearer ${token}` };
  const secret = sessionSecret();
  return secret === null ? {} : { [sessionHeader]: secret };
}

const listeners = new Set<() => void>();

/** Called for every request that was refused because nobody is signed in: the session may have ended. */
export function onUnauthorized(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A connection that died silently must not block a query forever. */
export const answerWithinMs = 60_000;

/** One fetch for everything: the API slice, the stream, transcripts, exports. */
export async function backendFetch(backend: Backend, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  for (const [name, value] of Object.entries(headersOf(backend))) headers.set(name, value);
  const response = await fetch(urlOf(backend, path), {
    ...init,
    headers,
    credentials: backend.address === '' ? 'same-origin' : 'omit',
  });
  if (response.status === 401) for (const listener of listeners) listener();
  return response;
}
