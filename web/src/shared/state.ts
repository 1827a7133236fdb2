import { createSlice, type PayloadAction } from '@reduxjs/toolkit';
import { useDispatch, useSelector } from 'react-redux';
import type { Backend } from '../api/backend';
import type { DrawerContent } from './drawer';
import { readPreference, writePreference } from './usePreference';

export const refreshChoices = [0, 5, 15, 60, 300] as const;
type RefreshSeconds = (typeof refreshChoices)[number];

function isRefresh(value: unknown): value is RefreshSeconds {
  return refreshChoices.some((choice) => choice === value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** A token for another origin is kept as long as the tab. */
function storedToken(address: string): string | null {
  try {
    return address === '' ? null : sessionStorage.getItem(`understudy.token.${address}`);
  } catch {
    return null;
  }
}

/** The daemon at an address, with the token that this tab holds for it. */
export function backendAt(address: string): Backend {
  return { address, token: storedToken(address) };
}

function loadBackend(): Backend {
  return backendAt(readPreference('backend', '', isText));
}

export const backendSlice = createSlice({
  name: 'backend',
  initialState: loadBackend,
  reducers: {
    backendChanged: (_state, { payload }: PayloadAction<Backend>) => payload,
  },
});

export function rememberBackend({ address, token }: Backend): void {
  writePreference('backend', address);
  try {
    if (token !== null) sessionStorage.setItem(`understudy.token.${address}`, token);
    else sessionStorage.removeItem(`understudy.token.${address}`);
  } catch {
    // Without storage it lasts as long as the page.
  }
}

export const refreshSlice = createSlice({
  name: 'refresh',
  initialState: () => ({ seconds: readPreference<RefreshSeconds>('refresh', 0, isRefresh) }),
  reducers: {
    refreshChanged: (state, { payload }: PayloadAction<RefreshSeconds>) => {
      state.seconds = payload;
    },
  },
});

/** `offline`: no answer; `reconnecting`: the stream broke and is tried again; `denied`: the daemon needs a token. */
export type ConnectionStatus = 'connecting' | 'online' | 'reconnecting' | 'offline' | 'denied';

export const connectionSlice = createSlice({
  name: 'connection',
  initialState: { status: 'connecting' as ConnectionStatus, lastEventId: 0 },
  reducers: {
    connectionChanged: (state, { payload }: PayloadAction<ConnectionStatus>) => {
      state.status = payload;
    },
    /** Not always greater than before: a daemon may come back with an older database. */
    eventsHeard: (state, { payload }: PayloadAction<number>) => {
      state.lastEventId = payload;
    },
  },
});

export const drawerSlice = createSlice({
  name: 'drawer',
  initialState: { content: null as DrawerContent | null },
  reducers: {
    drawerShown: (state, { payload }: PayloadAction<DrawerContent | null>) => {
      state.content = payload;
    },
  },
});

function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

/** The tour of the demo. */
export const tourSlice = createSlice({
  name: 'tour',
  initialState: () => ({ closed: readPreference('tour.closed', false, isFlag) }),
  reducers: {
    tourClosed: (state, { payload }: PayloadAction<boolean>) => {
      state.closed = payload;
    },
  },
});

export interface UiState {
  backend: Backend;
  refresh: { seconds: RefreshSeconds };
  connection: { status: ConnectionStatus; lastEventId: number };
  drawer: { content: DrawerContent | null };
  tour: { closed: boolean };
}

export const { backendChanged } = backendSlice.actions;
export const { refreshChanged } = refreshSlice.actions;
export const { connectionChanged, eventsHeard } = connectionSlice.actions;
export const { drawerShown } = drawerSlice.actions;

export const useAppDispatch = useDispatch;
export const useUi = useSelector.withTypes<UiState>();

/** The choice is remembered. */
export function useRefresh(): [RefreshSeconds, (seconds: RefreshSeconds) => void] {
  const dispatch = useDispatch();
  const seconds = useUi((state) => state.refresh.seconds);
  return [
    seconds,
    (next) => {
      writePreference('refresh', next);
      dispatch(refreshChanged(next));
    },
  ];
}

/** Whether the tour of the demo is closed; that is remembered. */
export function useTour(): [boolean, (closed: boolean) => void] {
  const dispatch = useDispatch();
  const closed = useUi((state) => state.tour.closed);
  return [
    closed,
    (next) => {
      writePreference('tour.closed', next);
      dispatch(tourSlice.actions.tourClosed(next));
    },
  ];
}

/** Milliseconds for the `pollingInterval` of what the event stream does not cover; 0 is off. */
export function useRefreshMs(): number {
  return useUi((state) => state.refresh.seconds) * 1000;
}

/** For lists of the store: heartbeats, spans and new resources are not events. */
export function useStorePolling(isOn = true): { pollingInterval: number; skipPollingIfUnfocused: true } {
  const chosen = useRefreshMs();
  return { pollingInterval: isOn ? chosen || 5000 : 0, skipPollingIfUnfocused: true };
}
