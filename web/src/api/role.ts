import { useGetSessionQuery } from './fleetApi';
import type { Session } from './types';

const roles = { operator: 'operator', viewer: 'viewer', store: null, none: null } as const satisfies Record<Session['role'], string | null>;
export type Role = NonNullable<(typeof roles)[Session['role']]>;

/** The role this page is signed in with; null: not signed in. A store's token reads nothing that a page shows. */
export function roleOf(session: Session | undefined): Role | null {
  return session === undefined ? null : roles[session.role];
}

/** Whether the daemon gives us what agents said, or a placeholder. */
export function useReadsWords(): boolean {
  return useGetSessionQuery(undefined, { selectFromResult: ({ data }) => ({ reads: data === undefined || roleOf(data) !== null }) }).reads;
}

/** Whether this page is signed in as an operator, for what nobody else is offered. */
export function useIsOperator(): boolean {
  return useGetSessionQuery(undefined, { selectFromResult: ({ data }) => ({ is: roleOf(data) === 'operator' }) }).is;
}

/**
 * Whether to offer actions. A viewer may not change anything, and a banner above every page says so; without a sign-in the
 * daemon's refusal says what is needed.
 */
export function useMayChange(): boolean {
  return useGetSessionQuery(undefined, { selectFromResult: ({ data }) => ({ may: roleOf(data) !== 'viewer' }) }).may;
}
