import { api } from '../api/api';
import type { Tag } from '../api/missedInvalidations';
import type { AppState, AppStore } from './store';

/** Pause between refetches, as a multiple of the slowest response, so that a busy fleet leaves room for the page itself. */
const share = 10;
const longestWaitMs = 5_000;

/** How long the slowest query took of those that began since then; one in flight counts up to now. */
function slowestSince({ api: { queries } }: AppState, since: number, now: number): number {
  let slowest = 0;
  for (const query of Object.values(queries)) {
    const began = query?.startedTimeStamp;
    if (began === undefined || began < since) continue;
    const ended = query?.status === 'pending' ? now : (query?.fulfilledTimeStamp ?? began);
    slowest = Math.max(slowest, ended - began);
  }
  return slowest;
}

interface Refetcher {
  /** The data of these tags is stale; it is fetched again soon. */
  add: (tags: Tag[]) => void;
  stop: () => void;
}

/** Gathers what events made stale: one refetch for a burst; the slower the responses, the rarer. */
export function createRefetcher(store: AppStore, gatherMs: number, beforeFlush: () => void): Refetcher {
  let gathered = new Map<string, Tag>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastFlush = 0;

  const restMs = (now: number) => {
    const pause = Math.min(longestWaitMs, share * slowestSince(store.getState(), lastFlush, now));
    return Math.max(0, lastFlush + pause - now);
  };
  const flush = () => {
    const now = Date.now();
    const rest = restMs(now);
    if (rest > 0) {
      timer = setTimeout(flush, rest);
      return;
    }
    timer = undefined;
    lastFlush = now;
    const tags = [...gathered.values()];
    gathered = new Map();
    beforeFlush();
    store.dispatch(api.util.invalidateTags(tags));
  };

  return {
    add(tags) {
      for (const tag of tags) gathered.set(`${tag.type}/${tag.id ?? ''}`, tag);
      if (gathered.size > 0) timer ??= setTimeout(flush, gatherMs);
    },
    stop: () => clearTimeout(timer),
  };
}
