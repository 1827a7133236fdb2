/** What is needed of the browser's LockManager. */
export interface Locks {
  request: (name: string, options: { signal: AbortSignal }, held: () => Promise<void>) => Promise<unknown>;
}

/**
 * Of all hidden tabs one at a time has its turn: a browser opens six connections to a host, and each tab that keeps one
 * takes it from the next page. The answer gives the turn back, or leaves the queue for it.
 */
export function takeTurn(locks: Locks | undefined, onTurn: () => void): () => void {
  const queue = new AbortController();
  let giveBack = () => {};
  locks
    ?.request('understudy.hidden', { signal: queue.signal }, () => {
      onTurn();
      return new Promise<void>((resolve) => {
        giveBack = resolve;
      });
    })
    .catch(() => undefined);
  return () => {
    queue.abort();
    giveBack();
  };
}
