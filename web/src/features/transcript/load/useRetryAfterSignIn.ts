import { useEffect } from 'react';
import type { Role } from '../../../api/role';
import type { LoaderState, TranscriptLoader } from './transcriptLoader';

/** A request that was refused without a sign-in is repeated after one. */
export function useRetryAfterSignIn(loader: TranscriptLoader, { error }: LoaderState, role: Role | null): void {
  const refused = error?.status === 401;
  useEffect(() => {
    if (refused && role !== null) loader.poll();
  }, [loader, refused, role]);
}
