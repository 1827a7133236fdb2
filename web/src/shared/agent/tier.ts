import type { Agent } from '../../api/types';
import { ago, countdown, tierGlyph } from '../format';
import type { Tone } from '../trouble';

type Tiers = Pick<Agent, 'provider_state'>;

/** The text of the badge: `② deepseek-v4-pro`, `✕ all tiers exhausted`, `✕ paused`. */
export function tierText({ provider_state: state }: Tiers): string {
  if (state.paused) return state.pause_reason === 'exhausted' ? '✕ all tiers exhausted' : '✕ paused';
  return `${tierGlyph(state.current_tier)} ${state.active_model}`;
}

/** The badge is about tiers alone; a failed container has its own word. */
export function tierTone({ provider_state: state }: Tiers): Tone {
  if (state.paused) return 'danger';
  return state.current_tier > 1 ? 'warning' : 'neutral';
}

export function isDegraded({ provider_state: state }: Tiers): boolean {
  return state.paused || state.current_tier > 1;
}

/** `rate_limit · 47m ago`; null when there is nothing to tell. */
export function tierHint({ provider_state: state }: Tiers, now: number): string | null {
  const parts: string[] = [];
  if (state.pause_reason === 'operator') parts.push('paused by an operator', `${tierGlyph(state.current_tier)} ${state.active_model}`);
  if (state.last_failure_kind !== null) parts.push(state.last_failure_kind);
  if (state.last_failover_at !== null && (state.last_failure_kind !== null || state.current_tier > 1)) {
    parts.push(ago(state.last_failover_at, Math.max(now, state.last_failover_at)));
  }
  return parts.length === 0 ? null : parts.join(' · ');
}

/** `in 12m`: when the next retry is; null when that is past, or nothing is retried (an operator's pause). */
export function retryIn({ provider_state: state }: Tiers, now: number): string | null {
  const { retry_at: at, pause_reason: reason } = state;
  if (at === null || reason === 'operator' || !isDegraded({ provider_state: state })) return null;
  return countdown(at, now);
}
