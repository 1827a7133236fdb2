import { useSyncExternalStore } from 'react';

interface Clock {
  now: number;
  subscribe: (listener: () => void) => () => void;
}

const clocks = new Map<number, Clock>();

/** One timer for each interval on the whole page, running only while the page is visible. */
function clockOf(intervalMs: number): Clock {
  const known = clocks.get(intervalMs);
  if (known) return known;
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setInterval> | undefined;
  const clock: Clock = {
    now: Date.now(),
    subscribe(listener) {
      if (listeners.size === 0) {
        clock.now = Date.now();
        timer = setInterval(() => {
          if (document.hidden) return;
          clock.now = Date.now();
          for (const each of listeners) each();
        }, intervalMs);
      }
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        // The clock itself stays: components that are about to subscribe were drawn with it.
        if (listeners.size === 0) clearInterval(timer);
      };
    },
  };
  clocks.set(intervalMs, clock);
  return clock;
}

/** The time, renewed every `intervalMs`. Countdowns tick every 30 s. */
export function useNow(intervalMs: number): number {
  const clock = clockOf(intervalMs);
  return useSyncExternalStore(clock.subscribe, () => clock.now);
}
