import type { Attempt, Rollout } from '../../api/types';
import { ago, duration, timestamp } from '../../shared/format';

export const none = 'N/A';

/** One line of an input, 35 characters at most. */
export function inputPreview(input: unknown, most = 35): string {
  const text = (typeof input === 'string' ? input : (JSON.stringify(input) ?? '')).replaceAll(/\s+/g, ' ').trim();
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

export function startText(seconds: number): string {
  return timestamp(seconds * 1000);
}

/** Up to now while it goes on. */
export function durationText({ start_time, end_time }: Pick<Rollout, 'start_time' | 'end_time'>, now: number): string {
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
export function statusWords(rollout: Pick<Rollout, 'status'>, attempt: Attempt | undefined): string[] {
  return attempt !== undefined && attempt.status !== rollout.status ? [rollout.status, attempt.status] : [rollout.status];
}
