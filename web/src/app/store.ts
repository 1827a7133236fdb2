import { combineReducers, configureStore } from '@reduxjs/toolkit';
import { api } from '../api/api';
import { missedInvalidations } from '../api/missedInvalidations';
import { draftSlice } from '../features/config/draftSlice';
import { backendSlice, connectionSlice, drawerSlice, refreshSlice, tourSlice } from '../shared/state';

const reducer = combineReducers({
  [api.reducerPath]: api.reducer,
  [backendSlice.name]: backendSlice.reducer,
  [refreshSlice.name]: refreshSlice.reducer,
  [connectionSlice.name]: connectionSlice.reducer,
  [drawerSlice.name]: drawerSlice.reducer,
  [tourSlice.name]: tourSlice.reducer,
  [draftSlice.name]: draftSlice.reducer,
});

export type AppState = ReturnType<typeof reducer>;

/** Each test and story makes its own. */
export function createStore(preloadedState?: Partial<AppState>) {
  return configureStore({
    reducer,
    ...(preloadedState === undefined ? {} : { preloadedState }),
    middleware: (defaults) => defaults({ serializableCheck: false, immutableCheck: false }).concat(missedInvalidations, api.middleware),
  });
}

export type AppStore = ReturnType<typeof createStore>;
