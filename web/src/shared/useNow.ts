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

/** The time, renewed every `intervalMs`. */
export function useNow(intervalMs: number): number {
  const clock = clockOf(intervalMs);
  return useSyncExternalStore(clock.subscribe, () => clock.now);
}

/** Before a countdown says seconds, so that a clock of 30 seconds cannot miss that. */
const secondsWithinMs = 150_000;

/** The time for countdowns to what is to come, the next of `times`: every second when they say seconds, else every 30. */
export function useNowUntil(...times: (number | null | undefined)[]): number {
  const coarse = useNow(30_000);
  const isNear = times.some((at) => at != null && at > coarse && at - coarse <= secondsWithinMs);
  return useNow(isNear ? 1000 : 30_000);
}
