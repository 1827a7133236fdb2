import { backendFetch } from '../api/backend';

const key = 'understudy.reloadedAt';
const againAfterMs = 60_000;

/** A piece of the page that the daemon no longer has: it was updated while the page was open. */
export function isMissingChunk(error: unknown): boolean {
  return error instanceof Error && /dynamically imported module|module script failed|preload CSS/i.test(error.message);
}

/** Loads the page again, once a minute at most, and only when there is a daemon to load it from. */
export async function reloadForMissingChunk(reload: () => void): Promise<void> {
  try {
    if (Date.now() - Number(sessionStorage.getItem(key) ?? 0) < againAfterMs) return;
    const { ok } = await backendFetch({ address: '', token: null }, '/health');
    if (!ok) return;
    sessionStorage.setItem(key, String(Date.now()));
  } catch {
    // Without an answer, or a place to remember that it was tried, it is left to the operator.
    return;
  }
  reload();
}
