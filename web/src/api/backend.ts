/** Which daemon we talk to. `address` is '' for the one that served this page. */
export interface Backend {
  address: string;
  /** For another origin only: the cookie of our own origin never leaves it, so the token goes as Bearer. */
  token: string | null;
}

export function urlOf(backend: Backend, path: string): string {
  return backend.address === '' ? path : backend.address.replace(/\/+$/, '') + path;
}

export function headersOf(backend: Backend): Record<string, string> {
  return backend.address !== '' && backend.token !== null ? { Authorization: `Bearer ${backend.token}` } : {};
}

/** One fetch for everything that does not go through the API slice: the stream, transcripts, exports. */
export function backendFetch(backend: Backend, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  for (const [name, value] of Object.entries(headersOf(backend))) headers.set(name, value);
  return fetch(urlOf(backend, path), {
    ...init,
    headers,
    credentials: backend.address === '' ? 'same-origin' : 'omit',
  });
}
