import { backendFetch, type Backend } from '../../../api/backend';
import { errorOf, unreachable, type ApiError } from '../../../api/problem';

export type RangeAnswer =
  | { kind: 'part'; from: number; bytes: Uint8Array<ArrayBuffer>; total: number }
  /** The file ends before the range begins. */
  | { kind: 'nothing'; total: number }
  | { kind: 'refused'; error: ApiError };

/** Asks for a range of the transcript: "bytes=-1048576", "bytes=200-". */
export type FetchRange = (range: string, signal: AbortSignal) => Promise<RangeAnswer>;

export function transcriptPath(rolloutId: string, attemptId: string): string {
  return `/rollouts/${encodeURIComponent(rolloutId)}/attempts/${encodeURIComponent(attemptId)}/transcript`;
}

// "bytes 5-10/1246" and, with 416, "bytes */1246".
function placeOf(header: string | null): { from: number; total: number } | null {
  const found = /^bytes (?:(\d+)-\d+|\*)\/(\d+)$/.exec(header ?? '');
  return found === null ? null : { from: Number(found[1] ?? 0), total: Number(found[2]) };
}

/** The backend is looked up each time: its token may come later. */
export function rangesOf(backendNow: () => Backend, path: string): FetchRange {
  return async (range, signal) => {
    const backend = backendNow();
    let response: Response;
    try {
      response = await backendFetch(backend, path, { headers: { Accept: 'application/x-ndjson', Range: range }, signal });
      if (response.status === 416) return { kind: 'nothing', total: placeOf(response.headers.get('Content-Range'))?.total ?? 0 };
      if (!response.ok) return { kind: 'refused', error: await errorOf(response) };
      const bytes = new Uint8Array(await response.arrayBuffer());
      const place = response.status === 206 ? placeOf(response.headers.get('Content-Range')) : null;
      // Without a Content-Range it is the whole file.
      return { kind: 'part', from: place?.from ?? 0, bytes, total: place?.total ?? bytes.length };
    } catch (cause) {
      if (signal.aborted) throw cause;
      return { kind: 'refused', error: unreachable(backend.address) };
    }
  };
}
