import { useCallback, useMemo } from 'react';
import { useStore } from 'react-redux';
import { useDraft } from './useDraft';
import type { Snapshot } from './configApi';
import { draftChanged, draftDropped, textBroken, textDropped, type StateWithDraft } from './draftSlice';
import { same, type JsonObject } from './model/json';

export type Step = (document: JsonObject) => JsonObject;

export interface Editor {
  document: JsonObject;
  /** The document at the start of the edit; the daemon's own while there is none. */
  base: Snapshot;
  dirty: boolean;
  /** The JSON view's text while it does not parse. */
  text: string | null;
  /** Somebody else saved during the edit. */
  elsewhere: boolean;
  change: (step: Step) => void;
  breakText: (text: string) => void;
  dropText: () => void;
  drop: () => void;
  /** Continues with `document`, as an edit of `base`. */
  rebase: (base: Snapshot, document: JsonObject) => void;
}

/** The draft over the daemon's document. An edit that leads back to the start is dropped. */
export function useEditor(current: Snapshot): Editor {
  const store = useStore<StateWithDraft>();
  const draft = useDraft();
  const base = draft.base ?? current;
  const document = draft.document ?? current.document;
  const rebase = useCallback(
    (from: Snapshot, next: JsonObject) =>
      store.dispatch(same(from.document, next) ? draftDropped() : draftChanged({ base: from, document: next })),
    [store],
  );
  const change = useCallback(
    (step: Step) => {
      const { base: began, document: mine } = store.getState().configDraft;
      rebase(began ?? current, step(mine ?? current.document));
    },
    [store, current, rebase],
  );
  const breakText = useCallback(
    (text: string) => store.dispatch(textBroken({ base: current, document: current.document, text })),
    [store, current],
  );
  const dropText = useCallback(() => {
    store.dispatch(textDropped());
    change((same) => same);
  }, [store, change]);
  const drop = useCallback(() => store.dispatch(draftDropped()), [store]);
  return useMemo(
    () => ({
      document,
      base,
      dirty: draft.base !== null,
      text: draft.text,
      elsewhere: draft.base !== null && draft.base.etag !== current.etag,
      change,
      breakText,
      dropText,
      drop,
      rebase,
    }),
    [document, base, draft, current, change, breakText, dropText, drop, rebase],
  );
}
