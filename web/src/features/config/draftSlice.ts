import { createSlice, type PayloadAction } from '@reduxjs/toolkit';
import type { Snapshot } from './configApi';
import type { JsonObject } from './model/json';

/** The current edit. It is in the store so that it outlives the page; the daemon's document stays in the API's cache. */
export interface Draft {
  /** The document at the start of the edit; null while nothing is changed. */
  base: Snapshot | null;
  document: JsonObject | null;
  /** The JSON view's text while it does not parse. */
  text: string | null;
}

const nothing: Draft = { base: null, document: null, text: null };

export const draftSlice = createSlice({
  name: 'configDraft',
  initialState: nothing,
  reducers: {
    draftChanged: (_state, { payload }: PayloadAction<{ base: Snapshot; document: JsonObject }>): Draft => ({ ...payload, text: null }),
    textBroken: (state, { payload }: PayloadAction<{ base: Snapshot; document: JsonObject; text: string }>): Draft => ({
      base: state.base ?? payload.base,
      document: state.document ?? payload.document,
      text: payload.text,
    }),
    textDropped: (state): Draft => ({ ...state, text: null }),
    draftDropped: (): Draft => nothing,
  },
});

export const { draftChanged, textBroken, textDropped, draftDropped } = draftSlice.actions;

export interface StateWithDraft {
  configDraft: Draft;
}
