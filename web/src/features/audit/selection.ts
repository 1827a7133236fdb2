import type { AuditRow } from '../../api/types';
import { actionInWords } from './words';

/** It was not done: a wrong token, a right that was missing, something that the daemon could not do. */
export function isRefused({ result }: Pick<AuditRow, 'result'>): boolean {
  return /^[45]\d\d\b|^refused\b/.test(result);
}

export function isFailedSignIn(entry: Pick<AuditRow, 'action' | 'result'>): boolean {
  return isRefused(entry) && entry.action.includes('(sign-in)');
}

/** Every word is found in who, from where, what or on what: "ana pause". */
export function selectEntries(entries: readonly AuditRow[], text: string, refusedOnly: boolean): AuditRow[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return entries.filter((entry) => {
    if (refusedOnly && !isRefused(entry)) return false;
    const { actor, peer, action, subject, result } = entry;
    const said = [actor, peer, action, actionInWords(action), subject, result].join(' ').toLowerCase();
    return words.every((word) => said.includes(word));
  });
}
