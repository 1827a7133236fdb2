import type { Envelope } from '../../api/types';
import { now } from '../../testing/fixtures';

function event(id: number, type: Envelope['type'], instance: string, summary: string, detail: Envelope['detail'] = {}): Envelope {
  return { id, type, instance, ts: now - (40 - id) * 1000, summary, detail };
}

/** The first half minute of the demo, oldest first, with what else happens in it. */
export const story: Envelope[] = [
  event(2, 'container.lazy_started', 'reviewer-default', 'reviewer-default started in 12 ms'),
  event(4, 'container.lazy_started', 'writer-b', 'writer-b started in 9 ms'),
  event(10, 'provider.failover', 'reviewer-default', 'reviewer-default ① → ②: 401 invalid x-api-key', { kind: 'auth_error' }),
  event(11, 'container.lazy_stopped', 'writer-b', 'writer-b stopped: an operator asked for it', { reason: 'manual' }),
  event(12, 'container.lazy_stopped', 'writer-default', 'writer-default stopped after 6 s idle', { reason: 'idle' }),
  event(20, 'provider.reset', 'triage-default', 'triage-default ② → ①: reset by the operator', { kind: 'manual_reset' }),
  event(21, 'provider.reset', 'reviewer-b', 'reviewer-b ③ → ②: seen well by triage-default', { kind: 'cooldown_reset', to_tier: 2 }),
  event(27, 'provider.reset', 'reviewer-default', 'reviewer-default ② → ①: cooldown over', { kind: 'cooldown_reset', to_tier: 1 }),
];
