import { backendFetch, type Backend } from '../../api/backend';

const answerWithinMs = 8_000;

/** The base of another daemon's URLs, from what was typed; '' is the daemon that served this page. Null: not an address. */
export function addressOf(typed: string, here: Pick<Location, 'origin' | 'protocol'>): string | null {
  const text = typed.trim();
  if (text === '') return '';
  let url: URL;
  try {
    url = new URL(/^[a-z]+:\/\//i.test(text) ? text : `${here.protocol}//${text}`);
  } catch {
    return null;
  }
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.hostname === '') return null;
  const base = url.origin + url.pathname.replace(/\/+$/, '');
  return base === here.origin ? '' : base;
}

function isHealth(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'status' in body && 'version' in body && typeof body.version === 'string';
}

/** Null when an Understudy daemon answers there, otherwise the reason, for the operator. */
export async function problemWith(
  backend: Backend,
  here: Pick<Location, 'origin' | 'protocol'>,
  signal: AbortSignal,
): Promise<string | null> {
  if (here.protocol === 'https:' && backend.address.startsWith('http:') && !/^http:\/\/(localhost|127\.|\[::1\])/.test(backend.address)) {
    return 'This page was loaded over https, and the browser lets it call only https addresses.';
  }
  let response: Response;
  try {
    response = await backendFetch(backend, '/health', { signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]) });
  } catch {
    return (
      `No answer from ${backend.address} that this page may read. Either nothing listens there, ` +
      `or its configuration does not allow this page: add "${here.origin}" to service.allowed_origins there.`
    );
  }
  const body: unknown = await response.json().catch(() => null);
  if (response.ok && isHealth(body)) return null;
  return `Something answers at ${backend.address}, but not an Understudy daemon (GET /health gave ${response.status}).`;
}
