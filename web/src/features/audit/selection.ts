import type { AuditRow } from '../../api/types';
import { actionInWords } from './words';

/** The HTTP status, or `done` or `refused` of many counted together; what follows it; whether the call was refused. */
export function resultOf({ result }: Pick<AuditRow, 'result'>): { code: string; reason: string; refused: boolean } {
  const [, code = '', reason = ''] = /^(\w*)(.*)$/s.exec(result) ?? [];
  return { code, reason, refused: code === 'refused' || Number(code) >= 400 };
}

export function isFailedSignIn(entry: Pick<AuditRow, 'action' | 'result'>): boolean {
  return resultOf(entry).refused && entry.action.includes('(sign-in)');
}

/** Every word must occur in who, from where, what or on what: "ana pause". */
export function selectEntries(entries: readonly AuditRow[], text: string, refusedOnly: boolean): AuditRow[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return entries.filter((entry) => {
    if (refusedOnly && !resultOf(entry).refused) return false;
    const { actor, peer, action, subject, result } = entry;
    const said = [actor, peer, action, actionInWords(action), subject, result].join(' ').toLowerCase();
    return words.every((word) => said.includes(word));
  });
}
