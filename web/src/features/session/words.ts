import { roleOf } from '../../api/role';
import type { Session } from '../../api/types';

/** "Signed in as the operator", "Signed in as “wall”, a viewer". */
export function signedInAs(session: Session): string {
  // The daemon adds the token's id in brackets, for its log.
  const name = session.name?.replace(/ \([^()]*\)$/, '') ?? '';
  const named = name === '' || name === 'operator' ? null : `“${name}”`;
  if (roleOf(session) === 'viewer') return `Signed in as ${named === null ? 'a viewer' : `${named}, a viewer`}`;
  return `Signed in as ${named === null ? 'the operator' : `${named}, an operator`}`;
}
