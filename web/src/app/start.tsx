import { setupListeners } from '@reduxjs/toolkit/query';
import { startTransition } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter, RouterProvider } from 'react-router';
import { fleetApi } from '../api/fleetApi';
import { agentsApi } from '../features/agents/agentsApi';
import { signInFromFragment } from '../features/session/signIn';
import { startLiveUpdates } from './liveUpdates';
import { Providers } from './Providers';
import { routes } from './routes';
import { createStore } from './store';
import { untilReady } from './untilReady';

export async function start(): Promise<void> {
  const store = createStore();
  setupListeners(store.dispatch);

  // The token leaves the address before the router sees it; the first request waits until the token has been tried.
  void signInFromFragment(store.dispatch).finally(() => {
    startLiveUpdates(store);
    // What the shell shows: requested now, so that the shell does not draw itself again to request it.
    const { getHealth, getSession } = fleetApi.endpoints;
    void store.dispatch(getSession.initiate(undefined, { subscribe: false }));
    void store.dispatch(getHealth.initiate(undefined, { subscribe: false }));
  });

  const router = createBrowserRouter(routes);
  // Until then the outline in index.html is shown.
  await untilReady(store, router);
  if (router.state.location.pathname.startsWith('/agents')) {
    // Requested by the page's effects, each would draw the page again before it is seen.
    void store.dispatch(fleetApi.endpoints.getUsage.initiate(undefined, { subscribe: false }));
    void store.dispatch(agentsApi.endpoints.getFleetHistory.initiate(undefined, { subscribe: false }));
  }
  const root = document.getElementById('root');
  if (root === null) return;
  const app = (
    <Providers store={store}>
      <RouterProvider router={router} />
    </Providers>
  );
  // In a transition, so that the page stays responsive while it is drawn.
  startTransition(() => createRoot(root).render(app));
}
