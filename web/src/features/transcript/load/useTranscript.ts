import { useDocumentVisibility } from '@mantine/hooks';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useStore } from 'react-redux';
import type { UiState } from '../../../shared/state';
import { rangesOf, transcriptPath } from './fetchRange';
import { TranscriptLoader, type LoaderState } from './transcriptLoader';

const pollMs = 1000;

/** The transcript of one attempt, followed while the attempt runs and the page is visible. Mount it again for another one. */
export function useTranscript(rolloutId: string, attemptId: string, active: boolean): { loader: TranscriptLoader; state: LoaderState } {
  const store = useStore<UiState>();
  const [loader] = useState(() => new TranscriptLoader(rangesOf(() => store.getState().backend, transcriptPath(rolloutId, attemptId))));
  const state = useSyncExternalStore(loader.subscribe, loader.getState);
  const followed = useDocumentVisibility() === 'visible' && active;
  useEffect(() => {
    loader.start();
    return () => loader.stop();
  }, [loader]);
  useEffect(() => {
    if (!followed) return;
    loader.poll();
    const timer = setInterval(() => loader.poll(), pollMs);
    return () => {
      clearInterval(timer);
      // Its last words may have come after the last poll.
      loader.poll();
    };
  }, [loader, followed]);
  return { loader, state };
}
