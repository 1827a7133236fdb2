import { screen, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { now } from '../../testing/fixtures';
import { renderWithStore } from '../../testing/render';
import { server } from '../../testing/server';
import { storeHandlers } from '../../testing/storeHandlers';
import { workers } from './fixtures';
import RunnersPage from './RunnersPage';

it('says first who has gone silent, and links to what each works on', async () => {
  vi.setSystemTime(now);
  server.use(...storeHandlers({ workers: { items: workers, limit: 50, offset: 0, total: 4 } }));
  renderWithStore(<RunnersPage />, { at: '/runners' });
  expect(await screen.findByText('✕ 1 of 4 gone silent')).toBeInTheDocument();
  expect(within(screen.getByTestId('runner-row-runner-3')).getByText('stale, was busy')).toBeInTheDocument();
  const busy = screen.getByTestId('runner-row-runner-1');
  expect(within(busy).getByRole('link', { name: 'ro-41f7c2…ab03' })).toHaveAttribute('href', '/rollouts?q=ro-41f7c2e9ab03');
  expect(within(busy).getByRole('img', { name: 'CPU 44 %' })).toBeInTheDocument();
});

it('opens what a runner works on with its row, and nothing while it works on nothing', async () => {
  vi.setSystemTime(now);
  server.use(...storeHandlers({ workers: { items: workers, limit: 50, offset: 0, total: 4 } }));
  const { user, router } = renderWithStore(<RunnersPage />, { at: '/runners' });
  await user.click(within(await screen.findByTestId('runner-row-runner-2')).getByText('idle'));
  expect(router.state.location.pathname).toBe('/runners');
  const busy = screen.getByTestId('runner-row-runner-1');
  await user.click(within(busy).getByRole('button', { name: /copy runner id/ }));
  expect(router.state.location.pathname).toBe('/runners');
  await user.click(within(busy).getByRole('img', { name: 'CPU 44 %' }));
  expect(router.state.location).toMatchObject({ pathname: '/rollouts', search: '?q=ro-41f7c2e9ab03' });
});
