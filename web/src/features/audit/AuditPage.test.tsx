import { screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { beforeEach, expect, it, vi } from 'vitest';
import { now } from '../../testing/fixtures';
import { answer } from '../../testing/handlers';
import { renderWithStore } from '../../testing/render';
import { server } from '../../testing/server';
import AuditPage from './AuditPage';
import { auditPage } from './auditApi';
import { entries } from './fixtures';
import { selectEntries } from './selection';

beforeEach(() => {
  vi.setSystemTime(now);
  server.use(answer('get', '/audit', entries));
});

const page = (at = '/settings/audit') => renderWithStore(<AuditPage />, { at });
const rows = async () => (await screen.findAllByTestId(/^audit-row-/)).map((row) => row.dataset['testid']?.replace('audit-row-', ''));

it('is read newest first, and what was refused stands out', async () => {
  page();
  expect(await rows()).toEqual(['5', '4', '3', '2', '1']);
  expect(screen.getByRole('status')).toHaveTextContent('✕ 1 failed sign-in · 5 entries');
  const failed = screen.getByTestId('audit-row-4');
  expect(failed).toHaveAttribute('data-refused', 'true');
  expect(within(failed).getByText('✕')).toBeInTheDocument();
  expect(failed).toHaveTextContent('10.0.0.99');
});

it('is filtered by who, what and from where, in the address', async () => {
  const { user, router } = page();
  await rows();
  await user.type(screen.getByRole('searchbox'), 'ana token');
  await waitFor(async () => expect(await rows()).toEqual(['3']));
  expect(router.state.location.search).toBe('?q=ana+token');
  await user.clear(screen.getByRole('searchbox'));
  await user.click(screen.getByRole('radio', { name: 'Refused' }));
  await waitFor(async () => expect(await rows()).toEqual(['5', '4']));
});

it('says that nothing matches, and shows all again', async () => {
  const { user } = page('/settings/audit?q=mallory&result=refused');
  await user.click(await screen.findByRole('button', { name: 'Show all' }));
  await waitFor(async () => expect(await rows()).toHaveLength(5));
});

it('goes back page by page', async () => {
  const all = Array.from({ length: auditPage + 5 }, (_, at) => ({ ...entries[1]!, id: at + 1 }));
  server.use(
    http.get('*/audit', ({ request }) => {
      const before = Number(new URL(request.url).searchParams.get('before_id') ?? all.length + 1);
      return HttpResponse.json(all.slice(Math.max(0, before - 1 - auditPage), before - 1));
    }),
  );
  const { user } = page();
  expect(await rows()).toHaveLength(auditPage);
  await user.click(screen.getByRole('button', { name: 'Load older' }));
  await waitFor(async () => expect((await rows()).at(-1)).toBe('1'));
  expect(await rows()).toHaveLength(auditPage + 5);
  expect(screen.queryByRole('button', { name: 'Load older' })).not.toBeInTheDocument();
});

it('shows what an attacker typed as the text that it is', async () => {
  const hostile = '<img src=x onerror="window.__ran=1">';
  server.use(answer('get', '/audit', [{ ...entries[3]!, actor: hostile, subject: hostile }]));
  page();
  expect(await screen.findAllByText(hostile)).toHaveLength(2);
  expect(document.querySelector('table img')).toBeNull();
});

it('is empty at first', async () => {
  server.use(answer('get', '/audit', []));
  page();
  expect(await screen.findByText('Nothing yet')).toBeVisible();
});

it('every word of the filter is wanted', () => {
  expect(selectEntries(entries, 'ana 10.0.0.7', false).map(({ id }) => id)).toEqual([3]);
  expect(selectEntries(entries, 'ana pause', false)).toEqual([]);
});
