import type { ApiError } from '../api/problem';
import { textQuery } from '../api/textQuery';
import { itemsOf, memberOf, readString } from './jsonText';

/** A page of a list, and each item as the store wrote it: a user's data is shown from its text, not from what JSON.parse made of it. */
export type WithTexts<Page> = Page & { texts: Record<string, string> };

/** Fetches a list whose items are identified by their member `key`. */
export async function listQuery<Page extends object>(
  path: string,
  key: string,
  getState: () => unknown,
  signal: AbortSignal,
): Promise<{ data: WithTexts<Page> } | { error: ApiError }> {
  const answer = await textQuery(path, getState, signal);
  if ('error' in answer) return answer;
  const items = itemsOf(memberOf(answer.data, 'items') ?? '');
  const texts = Object.fromEntries(items.map((text) => [readString(memberOf(text, key) ?? ''), text]));
  return { data: { ...(JSON.parse(answer.data) as Page), texts } };
}

interface State {
  api: { queries: Record<string, { data?: unknown } | undefined> };
}

function hasTexts(data: unknown): data is { texts: Record<string, string> } {
  return typeof data === 'object' && data !== null && 'texts' in data;
}

/** An item from a list that is still in memory, to be shown when the daemon is gone. */
export function listedText(id: string): (state: State) => string | undefined {
  return ({ api: { queries } }) => {
    for (const query of Object.values(queries)) {
      const text = hasTexts(query?.data) ? query.data.texts[id] : undefined;
      if (text !== undefined) return text;
    }
    return undefined;
  };
}
