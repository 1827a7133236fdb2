import { screen, within } from '@testing-library/react';
import { beforeEach, expect, it } from 'vitest';
import { renderRoutes } from '../../testing/render';
import { server } from '../../testing/server';
import { storeHandlers } from '../../testing/storeHandlers';
import { update, versions } from './fixtures';
import ResourcesPage from './ResourcesPage';

const routes = [{ path: '/resources/:id?', element: <ResourcesPage /> }];

beforeEach(() => server.use(...storeHandlers({ resources: { items: [update(2, 0.2)], limit: 50, offset: 0, total: 1 }, versions })));

it('opens into the newest version, secrets masked until asked for', async () => {
  const { user, router } = renderRoutes(routes, { at: '/resources' });
  await user.click(await screen.findByRole('button', { name: 'open rs-0123456789ab' }));
  expect(router.state.location.pathname).toBe('/resources/rs-0123456789ab');
  const tree = await screen.findByRole('treegrid', { name: 'Version 2 of rs-0123456789ab' });
  expect(within(tree).getByText('Hello {name}')).toBeInTheDocument();
  expect(within(tree).queryByText('sk-secret')).not.toBeInTheDocument();
  await user.click(within(tree).getByRole('button', { name: 'show main.api_key' }));
  expect(within(tree).getByText('sk-secret')).toBeInTheDocument();
});

it('says what changed between two versions', async () => {
  const { user } = renderRoutes(routes, { at: '/resources/rs-0123456789ab' });
  await user.click(await screen.findByRole('combobox', { name: 'Compare with' }));
  await user.click(await screen.findByRole('option', { name: /version 1/ }));
  const diff = await screen.findByRole('table', { name: 'From version 1 to 2' });
  expect(within(diff).getAllByRole('row')).toHaveLength(2);
  expect(within(diff).getByText('0.7')).toBeInTheDocument();
  expect(within(diff).getByText('0.2')).toBeInTheDocument();
});

it('opens and closes with a click on the row', async () => {
  const { user, router } = renderRoutes(routes, { at: '/resources' });
  const row = await screen.findByText('main (llm), greeting (prompt_template)');
  await user.click(row);
  expect(router.state.location.pathname).toBe('/resources/rs-0123456789ab');
  await user.click(row);
  expect(router.state.location.pathname).toBe('/resources');
});
