import type { Why } from '../../../api/types';
import { duration, until } from '../../../shared/format';

export type Guard = Why['guards'][number];

export interface GuardGroup {
  title: string;
  guards: Guard[];
}

/** `idle stop: no leases` belongs to the group "idle stop"; what has no such prefix to the first group. */
export function groupsOf(guards: Guard[]): GuardGroup[] {
  const groups = new Map<string, Guard[]>([['', []]]);
  for (const guard of guards) {
    const at = guard.name.indexOf(': ');
    const title = at === -1 ? '' : guard.name.slice(0, at);
    const member = at === -1 ? guard : { ...guard, name: guard.name.slice(at + 2) };
    groups.set(title, [...(groups.get(title) ?? []), member]);
  }
  return [...groups].filter(([, members]) => members.length > 0).map(([title, members]) => ({ title, guards: members }));
}

/** `in 12m: container: idle stop`; the last minute in seconds. */
export function timerInWords({ at, what }: NonNullable<Why['next_timer']>, now: number): string {
  if (at <= now) return `now: ${what}`;
  return at - now < 60_000 ? `in ${duration(Math.ceil((at - now) / 1000) * 1000)}: ${what}` : `${until(at, now)}: ${what}`;
}
