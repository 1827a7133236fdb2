import { countdown } from '../format';
import { useNow } from '../useNow';

/** `in 12m`, and the last minute in seconds; nothing once it is over. */
export function Countdown({ until }: { until: number }) {
  const coarse = useNow(30_000);
  const now = useNow(until - coarse > 120_000 ? 30_000 : 1000);
  return countdown(until, now);
}
