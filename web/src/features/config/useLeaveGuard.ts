import { notifications } from '@mantine/notifications';
import { useCallback, useEffect } from 'react';
import { useStore } from 'react-redux';
import { useBlocker, type BlockerFunction } from 'react-router';
import type { StateWithDraft } from './draftSlice';
import { useDraft } from './useDraft';

/** The draft outlives this page but not the tab: leaving the page notifies, closing or reloading asks, on any page. */
export function useLeaveGuard(): void {
  const store = useStore<StateWithDraft>();
  const dirty = useDraft().base !== null;
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    // Removed with the draft, not with the page.
    const unsubscribe = store.subscribe(() => {
      if (store.getState().configDraft.base !== null) return;
      window.removeEventListener('beforeunload', ask);
      unsubscribe();
    });
  }, [dirty, store]);
  // Blocks nothing: the router tells here that the page is about to change.
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
