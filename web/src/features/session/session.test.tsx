import { screen, waitFor } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { api } from '../../api/api';
import { fleetApi } from '../../api/fleetApi';
import { keepSessionSecret, sessionSecret } from '../../api/sessionSecret';
import { fleet } from '../../testing/fixtures';
import { answer, refuse } from '../../testing/handlers';
import { renderWithStore } from '../../testing/render';
import { server } from '../../testing/server';
import { SessionGate } from './SessionGate';
import { SessionPanel } from './SessionPanel';
import { signInFromFragment, tokenIn, tokenInFragment } from './signIn';

const wanted = "This call wants the operator's token; `understudyd token` prints the operator's.";

/** A daemon that lets in whoever knows "secret", and others as `reads` says. The cookie alone is worth nothing. */
function daemon(reads: 'open' | 'token') {
  let session: string | null = null;
  const isOperator = (request: Request) =>
    request.headers.get('Authorization') === 'Bearer secret' ||
    (session !== null && request.headers.get('X-Understudy-Session') === session);
  server.use(
    http.get('*/agents', ({ request }) =>
      isOperator(request) || reads === 'open'
        ? HttpResponse.json(fleet, { headers: { 'Event-Seq': '1' } })
        : HttpResponse.json({ type: 'about:blank', title: 'Unauthorized', status: 401, detail: wanted }, { status: 401 }),
    ),
    http.get('*/session', ({ request }) =>
      HttpResponse.json({ operator: isOperator(request), role: isOperator(request) ? 'operator' : 'none' }),
    ),
    http.post('*/session', async ({ request }) => {
      const { token } = (await request.json()) as { token: string };
      if (token === 'secret') {
        session = 'of-the-session';
        return HttpResponse.json({ secret: session, role: 'operator', name: 'operator' });
      }
      return HttpResponse.json(
        { type: 'about:blank', title: 'Unauthorized', status: 401, detail: "That is not the operator's token." },
        { status: 401 },
      );
    }),
    http.delete('*/session', () => {
      session = null;
      return new HttpResponse(null, { status: 204 });
    }),
  );
}

const gate = (at = '/agents') => renderWithStore(<SessionGate>the page</SessionGate>, { at });
const field = () => screen.findByLabelText('Operator token');

describe('SessionGate', () => {
  it('lets the operator see the page, without a word', async () => {
    gate();
    await waitFor(() => expect(screen.getByText('the page')).toBeVisible());
    expect(screen.queryByRole('status')).not.toBeInTheDocument();
  });

  it('says that one looks on, and where to sign in', async () => {
    daemon('open');
    gate();
    expect(await screen.findByRole('link', { name: 'sign in to act' })).toHaveAttribute('href', '/settings#sign-in');
    expect(screen.getByText('the page')).toBeVisible();
  });

  it('asks for the token in place of a page that is not shown without', async () => {
    daemon('token');
    const { user } = gate();
    await field();
    expect(screen.queryByText('the page')).not.toBeInTheDocument();
    await user.type(await field(), 'wrong{Enter}');
    expect(await screen.findByText("That is not the operator's token.")).toBeVisible();
    await user.clear(await field());
    expect(screen.queryByText("That is not the operator's token.")).not.toBeInTheDocument();
    await user.type(await field(), 'secret');
    await user.click(screen.getByRole('button', { name: 'Sign in' }));
    expect(await screen.findByText('the page')).toBeVisible();
    expect(screen.queryByLabelText('Operator token')).not.toBeInTheDocument();
  });

  it("gives the daemon's sentence when there were too many tries", async () => {
    daemon('token');
    server.use(refuse('post', '/session', 429, 'Too Many Requests', 'Too many wrong tokens; try again later.'));
    const { user } = gate();
    await user.type(await field(), 'wrong{Enter}');
    expect(await screen.findByText('Too many wrong tokens; try again later.')).toBeVisible();
  });

  it('keeps Settings open: another daemon may be chosen there', async () => {
    daemon('token');
    gate('/settings');
    await waitFor(() => expect(screen.getByText('the page')).toBeVisible());
  });

  it('keeps the page, and warns, when the session ends under it', async () => {
    const { store } = gate();
    expect(await screen.findByText('the page')).toBeVisible();
    await waitFor(() => expect(fleetApi.endpoints.getFleet.select()(store.getState()).data).toBeDefined());
    daemon('token');
    store.dispatch(api.util.invalidateTags(['Agents', 'Session']));
    expect(await screen.findByRole('link', { name: 'Sign in again' })).toBeVisible();
    expect(screen.getByText('the page')).toBeVisible();
  });
});

describe("the session's secret", () => {
  it('is kept for all tabs of this origin, and sent with every call', async () => {
    daemon('token');
    const { user } = gate();
    await user.type(await field(), 'secret{Enter}');
    expect(await screen.findByText('the page')).toBeVisible();
    expect(sessionSecret()).toBe('of-the-session');
    expect(localStorage.getItem('understudy.session')).toBe('of-the-session');
  });

  it('lost while the cookie lives means signing in again', async () => {
    daemon('token');
    const { user, store } = gate();
    await user.type(await field(), 'secret{Enter}');
    expect(await screen.findByText('the page')).toBeVisible();
    localStorage.clear();
    store.dispatch(api.util.invalidateTags(['Agents', 'Session']));
    expect(await screen.findByRole('link', { name: 'Sign in again' })).toBeVisible();
  });

  it.each([
    [
      { operator: false, role: 'viewer' as const, name: 'wall (tk-1)' },
      'Signed in as “wall”, a viewer: you see everything and change nothing.',
    ],
  ])('of a viewer says what it is good for', async (session, words) => {
    server.use(answer('get', '/session', session));
    gate();
    expect(await screen.findByText(words)).toBeVisible();
    expect(screen.getByText('the page')).toBeVisible();
  });
});

describe('the sign-in link', () => {
  it('signs in, and leaves no token in the address', async () => {
    daemon('token');
    const { store } = gate();
    await field();
    history.replaceState(null, '', '/agents?tier=2#/token=secret');
    await signInFromFragment(store.dispatch);
    expect(location.hash).toBe('');
    expect(location.search).toBe('?tier=2');
    expect(await screen.findByText('the page')).toBeVisible();
  });

  it('says why it did not, where reading is open and where it is not', async () => {
    daemon('open');
    const { store } = gate();
    history.replaceState(null, '', '/agents#token=old');
    await signInFromFragment(store.dispatch);
    expect(await screen.findByText(/The link did not sign in: That is not the operator's token/)).toBeVisible();
    daemon('token');
    store.dispatch(api.util.resetApiState());
    expect(await field()).toBeVisible();
  });

  it('is about the daemon that served the page, whichever was shown before', async () => {
    daemon('open');
    const { store } = renderWithStore(<SessionGate>the page</SessionGate>, {
      state: { backend: { address: 'http://other:8787', token: null } },
    });
    history.replaceState(null, '', '/#token=secret');
    await signInFromFragment(store.dispatch);
    expect(store.getState().backend.address).toBe('');
    expect(localStorage.getItem('understudy.backend')).toBe('""');
  });

  it.each([
    ['#/token=abc', 'abc'],
    ['#token=a%20b', 'a b'],
    ['#token=%', '%'],
    ['#token=', null],
    ['#sign-in', null],
  ])('reads %s', (hash, token) => expect(tokenInFragment(hash)).toBe(token));

  it.each([
    ['  abc\n', 'abc'],
    ['http://127.0.0.1:8787/#token=abc', 'abc'],
    ['a#b', 'a#b'],
  ])('may be pasted whole: %s', (text, token) => expect(tokenIn(text)).toBe(token));
});

describe('SessionPanel', () => {
  it('signs out, and forgets what was read', async () => {
    keepSessionSecret('of-a-session');
    daemon('token');
    server.use(answer('get', '/session', { operator: true, role: 'operator', name: 'operator' }));
    const { store, user } = renderWithStore(<SessionPanel />);
    const usage = store.dispatch(fleetApi.endpoints.getUsage.initiate());
    await usage;
    const button = await screen.findByRole('button', { name: 'Sign out' });
    daemon('token');
    await user.click(button);
    expect(await field()).toBeVisible();
    expect(fleetApi.endpoints.getUsage.select()(store.getState()).data).toBeUndefined();
    expect(sessionSecret()).toBeNull();
  });

  it('stays signed in when that failed', async () => {
    server.use(refuse('delete', '/session', 500, 'Internal Server Error', 'Something went wrong in the daemon; its log says more.'));
    const { user } = renderWithStore(<SessionPanel />);
    await user.click(await screen.findByRole('button', { name: 'Sign out' }));
    expect(await screen.findByText('You are still signed in')).toBeVisible();
  });

  it('keeps the token of another daemon in this tab, and sends it along', async () => {
    daemon('token');
    const state = { backend: { address: 'http://other:8787', token: null } };
    const { store, user } = renderWithStore(<SessionPanel />, { state });
    await user.type(await field(), 'wrong{Enter}');
    expect(await screen.findByText("That is neither an operator's nor a viewer's token.")).toBeVisible();
    await user.clear(await field());
    await user.type(await field(), 'secret{Enter}');
    expect(await screen.findByText(/Signed in as the operator, in this tab only/)).toBeVisible();
    expect(store.getState().backend.token).toBe('secret');
    expect(sessionStorage.getItem('understudy.token.http://other:8787')).toBe('secret');
    await user.click(screen.getByRole('button', { name: 'Sign out' }));
    expect(await field()).toBeVisible();
    expect(sessionStorage.getItem('understudy.token.http://other:8787')).toBeNull();
  });
});
