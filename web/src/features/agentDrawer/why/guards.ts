import type { Why } from '../../../api/types';
import { countdown } from '../../../shared/format';

export type Guard = Why['guards'][number];

interface GuardGroup {
  title: string;
  guards: Guard[];
}

/** The conditions of the idle stop are a group of their own. */
export function groupsOf(guards: Guard[]): GuardGroup[] {
  const isCondition = ({ code }: Guard) => code === 'idle_stop';
  const groups = [
    { title: 'What it looks at', guards: guards.filter((guard) => !isCondition(guard)) },
    { title: 'Conditions of the idle stop', guards: guards.filter(isCondition) },
  ];
  return groups.filter((group) => group.guards.length > 0);
}

/** `in 12m: container: idle stop`. */
export function timerInWords({ at, what }: Pick<NonNullable<Why['next_timer']>, 'at' | 'what'>, now: number): string {
  return `${countdown(at, now) ?? 'now'}: ${what}`;
}
