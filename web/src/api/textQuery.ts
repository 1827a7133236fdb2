import { answerWithinMs, backendFetch, type Backend } from './backend';
import { errorOf, unreachable, type ApiError } from './problem';

/** A response as text, for what must be shown unchanged: parsing JSON would change the user's numbers. */
export async function textQuery(
  path: string,
  getState: () => unknown,
  signal: AbortSignal,
): Promise<{ data: string } | { error: ApiError }> {
  const { backend } = getState() as { backend: Backend };
  try {
    const response = await backendFetch(backend, path, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
      headers: { Accept: 'application/json' },
    });
    return response.ok ? { data: await response.text() } : { error: await errorOf(response) };
  } catch {
    return { error: unreachable(backend.address) };
  }
}
