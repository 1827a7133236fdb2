import { screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { beforeEach, expect, it, vi } from 'vitest';
import { now } from '../../testing/fixtures';
import { answer, asViewer, refuse } from '../../testing/handlers';
import { renderWithStore } from '../../testing/render';
import { server } from '../../testing/server';
import AccessPage from './AccessPage';
import { tokens } from './fixtures';
import { expiryInWords } from './words';

const value = 'the-value-that-is-shown-once';
let asked: unknown;

beforeEach(() => {
  vi.setSystemTime(now);
  server.use(
    answer('get', '/tokens', tokens),
    http.post('*/tokens', async ({ request }) => {
      asked = await request.json();
      return HttpResponse.json({ id: 'tk-9', name: 'wall', role: 'viewer', created: now, value }, { status: 201 });
    }),
  );
});

const page = () => renderWithStore(<AccessPage />, { at: '/settings/access' });
const row = (name: string) => screen.findByTestId(`token-row-${name}`);

it('lists who may, until when, and whether it is used', async () => {
  page();
  expect(await row('wall-screen')).toHaveTextContent(/viewer.*27d ago.*in 3d.*2d ago/);
  expect(await row('visitor')).toHaveTextContent(/✕ expired.*not yet/);
  expect(await row('gpu-runners')).toHaveTextContent(/store.*never/);
});

it('makes a token, shows its value once, and forgets it', async () => {
  const { user, store } = page();
  await user.click(await screen.findByRole('button', { name: 'New token' }));
  const form = within(await screen.findByRole('form', { name: 'New token' }));
  expect(form.getByRole('button', { name: 'Create' })).toBeDisabled();
  await user.type(form.getByRole('textbox', { name: /^Name/ }), ' wall ');
  await user.selectOptions(form.getByLabelText('Valid for'), '7 days');
  await user.click(form.getByRole('button', { name: 'Create' }));
  expect(await screen.findByTestId('token-value')).toHaveTextContent(value);
  expect(asked).toEqual({ name: 'wall', role: 'viewer', expires: now + 7 * 86_400_000 });
  await user.click(screen.getByRole('button', { name: 'Copy' }));
  expect(await navigator.clipboard.readText()).toBe(value);
  await user.click(screen.getByRole('button', { name: 'Done' }));
  await waitFor(() => expect(screen.queryByTestId('token-value')).not.toBeInTheDocument());
  expect(JSON.stringify(store.getState())).not.toContain(value);
  expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain(value);
});

it('asks for no expiry when it shall last', async () => {
  const { user } = page();
  await user.click(await screen.findByRole('button', { name: 'New token' }));
  await user.type(await screen.findByRole('textbox', { name: /^Name/ }), 'ci');
  await user.click(screen.getByRole('radio', { name: 'operator' }));
  await user.selectOptions(screen.getByLabelText('Valid for'), 'until it is revoked');
  await user.click(screen.getByRole('button', { name: 'Create' }));
  await screen.findByTestId('token-value');
  expect(asked).toEqual({ name: 'ci', role: 'operator' });
});

it('asks before it revokes, and says why it was refused', async () => {
  const { user } = page();
  await user.click(await screen.findByRole('button', { name: 'Revoke wall-screen…' }));
  const question = within(await screen.findByRole('dialog', { name: /^Revoke wall-screen/ }));
  server.use(refuse('delete', '/tokens/{id}', 503, 'Service Unavailable', 'The disk is full.'));
  await user.click(question.getByRole('button', { name: 'Revoke' }));
  expect(await question.findByText('The disk is full.')).toBeVisible();
  const gone = vi.fn();
  server.use(
    http.delete('*/tokens/:id', ({ params }) => {
      gone(params['id']);
      return new HttpResponse(null, { status: 204 });
    }),
    answer('get', '/tokens', tokens.slice(0, 3)),
  );
  await user.click(question.getByRole('button', { name: 'Revoke' }));
  await waitFor(() => expect(screen.queryByTestId('token-row-wall-screen')).not.toBeInTheDocument());
  expect(gone).toHaveBeenCalledWith('tk-4');
});

it('offers a viewer nothing that changes', async () => {
  server.use(asViewer);
  page();
  await row('ana');
  await waitFor(() => expect(screen.queryAllByRole('button')).toEqual([]));
});

it('leads to the sign-in without a session', async () => {
  server.use(refuse('get', '/tokens', 401, 'Unauthorized', "This call wants the operator's token."));
  page();
  expect(await screen.findByRole('link', { name: 'Sign in' })).toHaveAttribute('href', '/settings#sign-in');
});

it('invites where there is none', async () => {
  server.use(answer('get', '/tokens', []));
  const { user } = page();
  expect(await screen.findByText('No named tokens yet')).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'New token' }));
  expect(await screen.findByRole('dialog', { name: 'New token' })).toBeVisible();
});

it.each([
  [null, 'never', 'quiet'],
  [now, '✕ expired', 'danger'],
  [now + 60_000, 'in 60s', 'warning'],
  [now + 30 * 86_400_000, 'in 30d', 'quiet'],
] as const)('expires %s: "%s"', (expires, text, tone) => expect(expiryInWords(expires, now)).toEqual({ text, tone }));
