import { screen, within } from '@testing-library/react';
import { beforeEach, expect, it } from 'vitest';
import { renderWithStore } from '../../testing/render';
import { server } from '../../testing/server';
import { storeHandlers } from '../../testing/storeHandlers';
import { spanPage } from './fixtures';
import TracesPage from './TracesPage';

const at = '/traces?rollout=ro-41f7c2e9ab03';

beforeEach(() => server.use(...storeHandlers({ spans: spanPage })));

it('shows the spans by parent and marks one with a missing parent', async () => {
  renderWithStore(<TracesPage />, { at });
  const tree = await screen.findByRole('tree', { name: 'Waterfall' });
  const levels = within(tree)
    .getAllByRole('treeitem')
    .map((item) => item.getAttribute('aria-level'));
  expect(levels).toEqual(['1', '2', '2', '1']);
  expect(within(screen.getByTestId('span-aaaa000000000004')).getByText('⚠ parent missing')).toBeInTheDocument();
});

it('closes and opens a branch', async () => {
  const { user } = renderWithStore(<TracesPage />, { at });
  await user.click(await screen.findByRole('button', { name: 'close task' }));
  expect(screen.queryByTestId('span-aaaa000000000002')).not.toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'open task' }));
  expect(screen.getByTestId('span-aaaa000000000002')).toBeInTheDocument();
});

it('finds spans by what their attributes hold', async () => {
  renderWithStore(<TracesPage />, { at: `${at}&q=claude-opus` });
  expect(await screen.findByTestId('span-aaaa000000000002')).toBeInTheDocument();
  expect(screen.queryByTestId('span-aaaa000000000003')).not.toBeInTheDocument();
});

it('shows the LLM calls as a conversation', async () => {
  renderWithStore(<TracesPage />, { at: `${at}&view=chat` });
  expect(await screen.findByText('Review the diff in this directory.')).toBeInTheDocument();
  expect(screen.getByText(/1200 in · 80 out · token ids 3 \+ 2/)).toBeInTheDocument();
});

it('opens a span in the drawer by its address', async () => {
  const { user, router } = renderWithStore(<TracesPage />, { at });
  await user.click(await screen.findByRole('button', { name: 'llm.call' }));
  expect(router.state.location.search).toContain('span=ro-41f7c2e9ab03/at-1a2b3c4d/aaaa000000000002');
});

it.each([
  ['waterfall', async () => within(await screen.findByTestId('span-aaaa000000000002')).getByText(/ (s|ms)$/)],
  ['table', async () => within(await screen.findByRole('row', { name: /llm\.call/ })).getByText(/gen_ai/)],
])('opens a span by a click on its line: %s', async (view, place) => {
  const { user, router } = renderWithStore(<TracesPage />, { at: `${at}&view=${view}` });
  await user.click(await place());
  expect(router.state.location.search).toContain('span=ro-41f7c2e9ab03/at-1a2b3c4d/aaaa000000000002');
});

it('opens no span with the button that closes its branch', async () => {
  const { user, router } = renderWithStore(<TracesPage />, { at });
  await user.click(await screen.findByRole('button', { name: 'close task' }));
  expect(router.state.location.search).not.toContain('span=');
});
