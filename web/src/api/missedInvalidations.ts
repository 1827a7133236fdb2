import { isAction, type Middleware } from '@reduxjs/toolkit';
import { api, type TagType } from './api';

export interface Tag {
  type: TagType;
  id?: string | number | undefined;
}

interface State {
  [api.reducerPath]: ReturnType<typeof api.reducer>;
}

type CacheKey = keyof State['api']['provided']['keys'];

const isCacheKey = (value: unknown): value is CacheKey => typeof value === 'string';

/** The cache entry whose request ended with this action. */
function endedQuery(action: object): CacheKey | undefined {
  if (!('meta' in action) || typeof action.meta !== 'object' || action.meta === null || !('arg' in action.meta)) return undefined;
  const { arg } = action.meta;
  return typeof arg === 'object' && arg !== null && 'queryCacheKey' in arg && isCacheKey(arg.queryCacheKey) ? arg.queryCacheKey : undefined;
}

function touches(invalidated: Tag, provided: Tag): boolean {
  return invalidated.type === provided.type && (invalidated.id === undefined || invalidated.id === provided.id);
}

const isTag = (tag: unknown): tag is Tag => typeof tag === 'object' && tag !== null && 'type' in tag;

function tagsIn(payload: readonly unknown[]): Tag[] {
  return payload.map((tag) => (typeof tag === 'string' ? { type: tag } : tag)).filter(isTag);
}

/**
 * RTK Query drops the refetch of a query that is already in flight, though its response may be older than what made it
 * invalid; its `delayed` mode holds every invalidation back until nothing is in flight, so that one slow response
 * stops the page. Here an invalidation of a query in flight is noted, and the query is fetched once more when it has ended.
 */
export const missedInvalidations: Middleware<object, State> = (store) => {
  const missed = new Map<string, Tag[] | 'all'>();

  const note = (tags: Tag[] | 'all') => {
    for (const [key, query] of Object.entries(store.getState().api.queries)) {
      if (query?.status !== 'pending') continue;
      const noted = missed.get(key) ?? [];
      missed.set(key, noted === 'all' || tags === 'all' ? 'all' : [...noted, ...tags]);
    }
  };

  const catchUp = (key: CacheKey) => {
    const noted = missed.get(key);
    if (noted === undefined) return;
    missed.delete(key);
    const provided = tagsIn(store.getState().api.provided.keys[key] ?? []);
    const stale = noted === 'all' ? provided : provided.filter((tag) => noted.some((each) => touches(each, tag)));
    if (stale.length > 0) store.dispatch(api.util.invalidateTags(stale));
  };

  return (next) => (action) => {
    if (!isAction(action)) return next(action);
    if (api.util.invalidateTags.match(action)) note(tagsIn(action.payload));
    // A mutation does not tell what it invalidates, and mutations are rare.
    else if (action.type.startsWith(`${api.reducerPath}/executeMutation/`) && !action.type.endsWith('/pending')) note('all');
    else if (api.util.resetApiState.match(action)) missed.clear();
    const result = next(action);
    if (action.type === `${api.reducerPath}/executeQuery/fulfilled` || action.type === `${api.reducerPath}/executeQuery/rejected`) {
      const key = endedQuery(action);
      if (key !== undefined && store.getState().api.queries[key]?.status !== 'pending') catchUp(key);
    }
    return result;
  };
};
