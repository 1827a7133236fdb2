import { useEffect } from 'react';
import type { LoaderState, TranscriptLoader } from './transcriptLoader';

/** What was refused for want of a sign-in is asked for again once there is one. */
export function useRetryAfterSignIn(loader: TranscriptLoader, { error }: LoaderState, operator: boolean): void {
  const refused = error?.status === 401;
  useEffect(() => {
    if (refused && operator) loader.poll();
  }, [loader, refused, operator]);
}
