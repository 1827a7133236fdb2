import type { LifecycleEvent } from '../../../api/types';

export const phases = ['queued', 'create', 'start', 'probe'] as const;
type Phase = (typeof phases)[number];

/** What each phase waits for, in words. */
export const phaseWords: Record<Phase, string> = {
  queued: 'waiting for a slot',
  create: 'creating',
  start: 'starting',
  probe: 'until ready',
};

export interface ColdStart {
  id: number;
  ts: number;
  totalMs: number;
  phases: Record<Phase, number>;
}

function ms(value: unknown): number {
  return typeof value === 'number' && value > 0 ? value : 0;
}

/** The last starts, oldest first as the daemon tells them. */
export function coldStartsOf(events: LifecycleEvent[], most: number): ColdStart[] {
  return events
    .filter(({ type }) => type === 'container.lazy_started')
    .slice(-most)
    .map(({ id, ts, latency_ms, detail }) => {
      const parts: Record<Phase, number> = {
        queued: ms(detail['queued_ms']),
        create: ms(detail['create_ms']),
        start: ms(detail['start_ms']),
        probe: ms(detail['probe_ms']),
      };
      const sum = phases.reduce((total, phase) => total + parts[phase], 0);
      return { id, ts, totalMs: latency_ms ?? sum, phases: parts };
    });
}

/** The top of the scale: 1, 2 or 5 times a power of ten. */
export function scaleTop(starts: ColdStart[]): number {
  const most = Math.max(1, ...starts.map(({ totalMs }) => totalMs));
  const power = 10 ** Math.floor(Math.log10(most));
  const factor = [1, 2, 5, 10].find((each) => each * power >= most) ?? 10;
  return factor * power;
}
