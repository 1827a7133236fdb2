import { countdown } from '../format';
import { useNowUntil } from '../useNow';

/** `in 12m`, and the last two minutes in seconds; nothing once it is over. */
export function Countdown({ until }: { until: number }) {
  return countdown(until, useNowUntil(until));
}
