import { notifications } from '@mantine/notifications';
import { useCallback, useEffect } from 'react';
import { useStore } from 'react-redux';
import { useBlocker, type BlockerFunction } from 'react-router';
import type { StateWithDraft } from './draftSlice';
import { useDraft } from './useDraft';

/** The draft outlives this page but not the tab: another page is told so, closing or reloading asks, wherever that happens. */
export function useLeaveGuard(): void {
  const store = useStore<StateWithDraft>();
  const dirty = useDraft().base !== null;
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    // Not undone with the page, but with the draft.
    const unsubscribe = store.subscribe(() => {
      if (store.getState().configDraft.base !== null) return;
      window.removeEventListener('beforeunload', ask);
      unsubscribe();
    });
  }, [dirty, store]);
  // Blocks nothing: it is the router's word that the page is about to change.
  useBlocker(
    useCallback<BlockerFunction>(
      ({ currentLocation, nextLocation }) => {
        if (currentLocation.pathname !== nextLocation.pathname && store.getState().configDraft.base !== null)
          notifications.show({
            id: 'config-draft',
            color: 'gray',
            title: 'Not saved yet',
            message: 'Your changes to the configuration are kept until you close this tab.',
            closeButtonProps: { 'aria-label': 'Close' },
          });
        return false;
      },
      [store],
    ),
  );
}
