/** The part of the browser's LockManager that we use. */
export interface Locks {
  request: (name: string, options: { signal: AbortSignal }, held: () => Promise<void>) => Promise<unknown>;
}

/**
 * Hidden tabs take turns, one at a time: a browser opens six connections to a host, and each tab that keeps one
 * takes it from the next page. Returns how to give the turn back, or to leave the queue.
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
