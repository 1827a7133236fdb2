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

  // The token leaves the address before the router sees it; nothing is asked of the daemon before it has been tried.
  void signInFromFragment(store.dispatch).finally(() => {
    startLiveUpdates(store);
    // What the shell shows: asked for now, it need not draw itself again for asking.
    const { getHealth, getSession } = fleetApi.endpoints;
    void store.dispatch(getSession.initiate(undefined, { subscribe: false }));
    void store.dispatch(getHealth.initiate(undefined, { subscribe: false }));
  });

  const router = createBrowserRouter(routes);
  // Until then index.html's outline stands.
  await untilReady(store, router);
  if (router.state.location.pathname.startsWith('/agents')) {
    // Asked by the page's effects, each question would draw the page again before it is seen.
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
  // In a transition, so that the page answers while it is drawn.
  startTransition(() => createRoot(root).render(app));
}
