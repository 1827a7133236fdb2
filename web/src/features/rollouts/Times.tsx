import type { Attempt, Rollout } from '../../api/types';
import { timestamp } from '../../shared/format';
import { useNow } from '../../shared/useNow';
import { durationText, heartbeatText, none, startText } from './cells';

// Each refreshes itself, so that the time does not draw the row again.

export function Start({ seconds }: { seconds: number }) {
  const now = useNow(60_000);
  return <span title={timestamp(seconds * 1000)}>{startText(seconds, now)}</span>;
}

function Growing({ of }: { of: Rollout | Attempt }) {
  return durationText(of, useNow(1000));
}

export function Duration({ of }: { of: Rollout | Attempt }) {
  return of.end_time === null ? <Growing of={of} /> : durationText(of, 0);
}

export function Heartbeat({ attempt }: { attempt: Attempt | undefined }) {
  // After a minute it is shown in minutes.
  const now = useNow(5000);
  if (attempt?.last_heartbeat_time == null) return none;
  return <span title={timestamp(attempt.last_heartbeat_time * 1000)}>{heartbeatText(attempt, now)}</span>;
}
