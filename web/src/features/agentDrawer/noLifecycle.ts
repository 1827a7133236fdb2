import type { Agent } from '../../api/types';

/** Why there is no lifecycle; null when there is one. */
export function noLifecycle({ mode, state }: Pick<Agent, 'mode' | 'state'>): string | null {
  if (state.lifecycle_state != null || state.lifecycle_metrics != null) return null;
  return mode === 'host'
    ? 'It runs on the host: there is no container to start or stop.'
    : 'It is hot: kept running, neither started for a task nor stopped when idle.';
}
