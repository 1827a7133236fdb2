import './app/mantineStyles';
import '@mantine/notifications/styles.css';
import './app/global.css';
import { setupListeners } from '@reduxjs/toolkit/query';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter, RouterProvider } from 'react-router';
import { startLiveUpdates } from './app/liveUpdates';
import { Providers } from './app/Providers';
import { routes } from './app/routes';
import { createStore } from './app/store';
import { signInFromFragment } from './features/session/signIn';

const store = createStore();
setupListeners(store.dispatch);

// The token leaves the address before the router sees it; nothing is asked of the daemon before it has been tried.
void signInFromFragment(store.dispatch).finally(() => startLiveUpdates(store));

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <Providers store={store}>
      <RouterProvider router={createBrowserRouter(routes)} />
    </Providers>,
  );
}
