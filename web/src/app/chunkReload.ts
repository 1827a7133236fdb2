import { backendFetch } from '../api/backend';

const key = 'understudy.reloadedAt';
const againAfterMs = 60_000;

/** A missing chunk: the daemon was updated while the page was open. */
export function isMissingChunk(error: unknown): boolean {
  return error instanceof Error && /dynamically imported module|module script failed|preload CSS/i.test(error.message);
}

/** Reloads the page, at most once a minute, and only when the daemon answers. */
export async function reloadForMissingChunk(reload: () => void): Promise<void> {
  try {
    if (Date.now() - Number(sessionStorage.getItem(key) ?? 0) < againAfterMs) return;
    const { ok } = await backendFetch({ address: '', token: null }, '/health');
    if (!ok) return;
    sessionStorage.setItem(key, String(Date.now()));
  } catch {
    // Without an answer, or storage to remember the attempt, reloading is left to the operator.
    return;
  }
  reload();
}
