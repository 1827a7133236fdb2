import { notifications } from '@mantine/notifications';
import { configure, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, vi } from 'vitest';
import { renderRoutes } from '../../../testing/render';
import { server } from '../../../testing/server';
import ConfigPage from '../ConfigPage';
import { draftDropped } from '../draftSlice';
import { FakeDaemon } from './fixtures';

// Whole pages in jsdom on a machine that has other things to do.
configure({ asyncUtilTimeout: 10_000, defaultHidden: true });
vi.setConfig({ testTimeout: 30_000 });

export const routes = [
  { path: '/config', element: <ConfigPage /> },
  { path: '*', element: <p>elsewhere in the dashboard</p> },
];

const afterwards: (() => void)[] = [];
afterEach(() => {
  notifications.clean();
  // A draft keeps asking before the window closes.
  for (const act of afterwards.splice(0)) act();
});

export async function open(daemon = new FakeDaemon(), at = '/config') {
  server.use(...daemon.handlers);
  const view = renderRoutes(routes, { at });
  afterwards.push(() => view.store.dispatch(draftDropped()));
  await waitFor(() => expect(screen.getByTestId('config-save').parentElement).toHaveTextContent(/no problems|with warnings|to fix/));
  return { ...view, daemon };
}

export type User = Awaited<ReturnType<typeof open>>['user'];

export async function retype(user: User, name: string, text: string) {
  const field = screen.getByRole('combobox', { name });
  await user.clear(field);
  await user.click(field);
  if (text !== '') await user.paste(text);
}
