import type { Attempt, Rollout } from '../../api/types';
import { ago, duration, timestamp } from '../../shared/format';
import { readString } from '../../shared/jsonText';

export const none = 'N/A';

/** One line of an input, given as JSON text; 35 characters at most. */
export function inputPreview(json: string, most = 35): string {
  const text = readString(json).replaceAll(/\s+/g, ' ').trim();
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** The time alone for today. */
export function startText(seconds: number, now: number): string {
  const text = timestamp(seconds * 1000);
  const [today = ''] = timestamp(now).split(' ');
  return text.startsWith(today) ? text.slice(today.length + 1) : text;
}

/** Up to now while it runs; an attempt that was given up has no end. */
export function durationText(
  { status, start_time, end_time }: Pick<Rollout | Attempt, 'status' | 'start_time' | 'end_time'>,
  now: number,
): string {
  if (end_time === null && (status === 'timeout' || status === 'unresponsive')) return none;
  const end = end_time ?? now / 1000;
  const ms = (end - start_time) * 1000;
  return ms < 1000 ? `${Math.max(0, Math.round(ms))} ms` : duration(ms);
}

export function heartbeatText(attempt: Attempt | undefined, now: number): string {
  if (attempt?.last_heartbeat_time == null) return none;
  const at = attempt.last_heartbeat_time * 1000;
  return ago(at, Math.max(at, now));
}

/** "running - timeout" when rollout and attempt differ. */
export function statusWords(rollout: Pick<Rollout, 'status'>, attempt: Attempt | undefined): (Rollout | Attempt)['status'][] {
  return attempt !== undefined && attempt.status !== rollout.status ? [rollout.status, attempt.status] : [rollout.status];
}
