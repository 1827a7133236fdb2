import { screen, waitFor } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { backendChanged } from '../shared/state';
import { fleet } from '../testing/fixtures';
import { answer, refuse } from '../testing/handlers';
import { renderRoutes } from '../testing/render';
import { server } from '../testing/server';
import { startLiveUpdates } from './liveUpdates';
import { Shell } from './Shell';

let stop = () => {};
beforeEach(() => {
  window.scrollTo = vi.fn();
});
afterEach(() => stop());

/** A page that shows the fleet of the daemon that served it. */
async function page() {
  const view = renderRoutes([{ element: <Shell />, children: [{ path: '*', element: <h1>the page</h1> }] }], { at: '/agents' });
  stop = startLiveUpdates(view.store, { open: () => () => undefined });
  await screen.findByRole('link', { name: /Agents.*4/ });
  return view;
}

// The hooks of RTK Query keep the last data they returned, which is not the other daemon's.
it('that needs a token is not shown with the fleet of the one before', async () => {
  const { store } = await page();
  server.use(
    refuse('get', '/agents', 401, 'Unauthorized', 'This call wants the token.'),
    answer('get', '/session', { operator: false, role: 'none' }),
  );
  store.dispatch(backendChanged({ address: 'http://other:8787', token: null }));
  expect(await screen.findByRole('heading', { name: 'Sign in' })).toBeVisible();
  expect(screen.queryByRole('link', { name: /Agents.*4/ })).not.toBeInTheDocument();
});

it('that does not answer is not shown with the fleet of the one before', async () => {
  const { store } = await page();
  server.use(http.get('http://other:8787/*', () => HttpResponse.error()));
  store.dispatch(backendChanged({ address: 'http://other:8787', token: null }));
  await waitFor(() => expect(store.getState().connection.status).toBe('offline'));
  expect(screen.queryByRole('link', { name: /Agents.*4/ })).not.toBeInTheDocument();
  expect(document.title).toBe('✕ offline · Agents · Understudy');
});

it('is shown with its own', async () => {
  const { store } = await page();
  server.use(answer('get', '/agents', fleet.slice(0, 1), { headers: { 'Event-Seq': '1' } }));
  store.dispatch(backendChanged({ address: 'http://other:8787', token: null }));
  expect(await screen.findByRole('link', { name: /Agents.*1/ })).toBeVisible();
});
