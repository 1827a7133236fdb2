import type { LeaseEnd } from '../../api/types';

export const leaseEnds: Record<LeaseEnd, string> = {
  instance_crashed: 'The agent’s instance crashed',
  lost_on_restart: 'The agent’s instance was gone when the daemon came back',
  external_stop: 'The agent’s container was stopped by somebody else',
  lease_expired: 'The task’s hold on its container ended',
  hard_cap: 'The task held its container for longer than allowed',
  drain_forced: 'The task was ended: its container is replaced',
  stopped: 'The task was ended: an operator stopped its container',
  deleted: 'The task was ended: its agent was deleted',
  shutdown: 'The task was ended: the daemon shut down',
};

const titles = new Map<string, string>(Object.entries(leaseEnds));

/** How an attempt without a verdict ended; `words`: what the daemon adds. `ours`: it ended on purpose. */
export function brokenOff(error: string): { title: string; words: string; ours: boolean } {
  if (error === 'cancelled') return { title: 'The attempt was cancelled', words: '', ours: true };
  if (error === 'instance_removed') return { title: 'The attempt was cancelled: its agent was removed', words: '', ours: true };
  const [, code = '', more = ''] = /^([a-z_]+)(?:[:,] (.*))?$/s.exec(error) ?? [];
  const title = titles.get(code);
  if (title === undefined) return { title: 'The attempt ended without a result', words: error, ours: false };
  return { title, words: more, ours: ['drain_forced', 'stopped', 'deleted', 'shutdown'].includes(code) };
}
