import { useGetSessionQuery } from './fleetApi';
import type { Session } from './types';

const roles = { operator: 'operator', viewer: 'viewer', store: null, none: null } as const satisfies Record<Session['role'], string | null>;
export type Role = NonNullable<(typeof roles)[Session['role']]>;

/** As whom this page is signed in; null: as nobody. A store's token reads nothing that a page shows. */
export function roleOf(session: Session | undefined): Role | null {
  return session === undefined ? null : roles[session.role];
}

/** Whether the daemon gives us what agents said, or a name in its place. */
export function useReadsWords(): boolean {
  return useGetSessionQuery(undefined, { selectFromResult: ({ data }) => ({ reads: data === undefined || roleOf(data) !== null }) }).reads;
}

/**
 * Whether to offer what changes something. A viewer may not, and is told so once above every page; who is not signed in is
 * told by the daemon what the action wants.
 */
export function useMayChange(): boolean {
  return useGetSessionQuery(undefined, { selectFromResult: ({ data }) => ({ may: roleOf(data) !== 'viewer' }) }).may;
}
