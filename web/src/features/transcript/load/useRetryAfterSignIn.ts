import { useEffect } from 'react';
import type { Role } from '../../../api/role';
import type { LoaderState, TranscriptLoader } from './transcriptLoader';

/** What was refused for want of a sign-in is asked for again once there is one. */
export function useRetryAfterSignIn(loader: TranscriptLoader, { error }: LoaderState, role: Role | null): void {
  const refused = error?.status === 401;
  useEffect(() => {
    if (refused && role !== null) loader.poll();
  }, [loader, refused, role]);
}
