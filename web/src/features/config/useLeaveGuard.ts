import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { useStore } from 'react-redux';
import type { StateWithDraft } from './draftSlice';
import { useDraft } from './useDraft';

/** The draft outlives this page but not the tab: closing or reloading asks, on whichever page that happens. */
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
  useEffect(
    () => () => {
      if (store.getState().configDraft.base === null) return;
      notifications.show({ id: 'config-draft', color: 'gray', title: 'Not saved yet', message: 'Your changes to the configuration are kept until you close this tab.' });
    },
    [store],
  );
}
