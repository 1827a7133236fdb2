import { screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { beforeEach, describe, expect, it } from 'vitest';
import { createStore } from '../../app/store';
import { readPreference } from '../../shared/usePreference';
import { health } from '../../testing/fixtures';
import { answer } from '../../testing/handlers';
import { renderWithStore } from '../../testing/render';
import { server } from '../../testing/server';
import SettingsPage from './SettingsPage';

const isText = (value: unknown): value is string => typeof value === 'string';
const settings = (address = '') =>
  renderWithStore(<SettingsPage session="the sign-in" />, address === '' ? {} : { state: { backend: { address, token: null } } });
const field = () => screen.getByLabelText('Address');

let asked: string[];

beforeEach(() => {
  asked = [];
  server.use(
    http.get('http://other:8787/health', ({ request }) => {
      asked.push(request.url);
      return HttpResponse.json(health);
    }),
    http.get('http://nowhere:8787/health', () => HttpResponse.error()),
  );
});

describe('the address', () => {
  it('is applied by Enter, once a daemon has answered there, and remembered', async () => {
    const { store, user } = settings();
    await user.type(field(), 'http://other:8787/{Enter}');
    await waitFor(() => expect(store.getState().backend.address).toBe('http://other:8787'));
    expect(asked).toHaveLength(1);
    expect(field()).toHaveValue('http://other:8787');
    expect(readPreference('backend', '', isText)).toBe('http://other:8787');
    expect(createStore().getState().backend.address).toBe('http://other:8787');
  });

  it('is applied when the field is left', async () => {
    const { store, user } = settings();
    await user.type(field(), 'http://other:8787');
    expect(asked).toHaveLength(0);
    await user.tab();
    await waitFor(() => expect(store.getState().backend.address).toBe('http://other:8787'));
  });

  it('stays as it was where nobody answers, and says what to allow', async () => {
    const { store, user } = settings();
    await user.type(field(), 'http://nowhere:8787{Enter}');
    expect(await screen.findByText(new RegExp(`add "${location.origin}" to service.allowed_origins`))).toBeVisible();
    expect(store.getState().backend.address).toBe('');
    expect(field()).toHaveValue('http://nowhere:8787');
    await user.clear(field());
    expect(screen.queryByText(/allowed_origins/)).not.toBeInTheDocument();
  });

  it('stays as it was where something else answers', async () => {
    server.use(http.get('http://other:8787/health', () => HttpResponse.json({ ok: true })));
    const { store, user } = settings();
    await user.type(field(), 'http://other:8787{Enter}');
    expect(await screen.findByText(/not an Understudy daemon/)).toBeVisible();
    expect(store.getState().backend.address).toBe('');
  });

  it('is looked at before anyone is asked', async () => {
    const { user } = settings();
    await user.type(field(), 'ftp://other{Enter}');
    expect(await screen.findByText(/is not an address/)).toBeVisible();
  });

  it('goes back to the same origin, even when its daemon is down', async () => {
    server.use(http.get('/health', () => HttpResponse.error()));
    const { store, user } = settings('http://other:8787');
    await user.click(screen.getByRole('button', { name: 'Same origin' }));
    await waitFor(() => expect(store.getState().backend.address).toBe(''));
    expect(field()).toHaveValue('');
    expect(screen.queryByRole('button', { name: 'Same origin' })).not.toBeInTheDocument();
  });

  it('follows what is typed last', async () => {
    let answerFirst: (response: Response) => void = () => undefined;
    server.use(http.get('http://slow:8787/health', () => new Promise<Response>((resolve) => (answerFirst = resolve))));
    const { store, user } = settings();
    await user.type(field(), 'http://slow:8787{Enter}');
    expect(await screen.findByRole('status', { name: 'Asking the daemon' })).toBeVisible();
    await user.clear(field());
    await user.type(field(), 'http://other:8787{Enter}');
    await waitFor(() => expect(store.getState().backend.address).toBe('http://other:8787'));
    answerFirst(HttpResponse.json(health));
    await waitFor(() => expect(screen.queryByRole('status', { name: 'Asking the daemon' })).not.toBeInTheDocument());
    expect(store.getState().backend.address).toBe('http://other:8787');
  });
});

describe('the other settings', () => {
  it('refresh holds at once and after a reload', async () => {
    const { store, user } = settings();
    const choices = within(screen.getByRole('radiogroup', { name: 'Refresh' }));
    expect(choices.getByRole('radio', { name: 'Off' })).toBeChecked();
    expect(choices.getAllByRole('radio').map((each) => each.getAttribute('value'))).toEqual(['0', '5', '15', '60', '300']);
    await user.click(choices.getByRole('radio', { name: '1 min' }));
    expect(store.getState().refresh.seconds).toBe(60);
    expect(createStore().getState().refresh.seconds).toBe(60);
  });

  it('the theme holds at once and after a reload', async () => {
    const { user } = settings();
    const choices = within(screen.getByRole('radiogroup', { name: 'Theme' }));
    expect(choices.getByRole('radio', { name: 'System' })).toBeChecked();
    await user.click(choices.getByRole('radio', { name: 'Dark' }));
    expect(document.documentElement).toHaveAttribute('data-mantine-color-scheme', 'dark');
    expect(localStorage.getItem('mantine-color-scheme-value')).toBe('dark');
    await user.click(choices.getByRole('radio', { name: 'System' }));
  });

  it('have no Save button', () => {
    settings();
    expect(screen.queryByRole('button', { name: /save/i })).not.toBeInTheDocument();
    expect(screen.getByRole('region', { name: 'Sign-in' })).toHaveTextContent('the sign-in');
  });
});

describe('about', () => {
  it('shows version, uptime, store and runtimes', async () => {
    server.use(answer('get', '/health', { ...health, store: 'The disk is full.', runtimes: { docker: 'unreachable', process: 'ok' } }));
    settings();
    const table = within(await screen.findByRole('table', { name: 'About the daemon' }));
    const rows = table.getAllByRole('row').map((row) => row.textContent);
    expect(rows).toEqual([
      'Status● ok',
      'Version0.1.0',
      'TLSno, and it listens only on its own machine',
      'Up for1h',
      'Store✕ The disk is full.',
      'Runtime docker✕ unreachable',
      'Runtime process● ok',
    ]);
  });

  it('reports lost lines of the log and a low limit of descriptors, if there are any', async () => {
    server.use(answer('get', '/health', { ...health, log_dropped: 1200, few_open_files: true }));
    settings();
    expect(await screen.findByRole('row', { name: /^Log ✕ 1,200 lines dropped/ })).toBeVisible();
    expect(screen.getByRole('row', { name: /^Open files ✕ few for a fleet of this size/ })).toBeVisible();
  });

  it('shows the tour of the demo again', async () => {
    localStorage.setItem('understudy.tour.closed', 'true');
    server.use(answer('get', '/health', { ...health, demo: true }));
    const { user, store } = settings();
    await user.click(await screen.findByRole('button', { name: 'Show the tour' }));
    expect(store.getState().tour.closed).toBe(false);
    expect(localStorage.getItem('understudy.tour.closed')).toBe('false');
    expect(screen.getByRole('row', { name: 'Demo providers that fail as scripted' })).toBeVisible();
  });

  it('keeps what it knew when the daemon is away, and says so', async () => {
    const { store, user } = settings();
    await screen.findByRole('table', { name: 'About the daemon' });
    server.use(http.get('*/health', () => HttpResponse.error()));
    store.dispatch({ type: 'api/invalidateTags', payload: ['Health'] });
    expect(await screen.findByRole('alert')).toHaveTextContent('No answer from the daemon that served this page.');
    expect(screen.getByRole('table', { name: 'About the daemon' })).toBeVisible();
    server.resetHandlers();
    await user.click(screen.getByRole('button', { name: 'Retry' }));
    await waitFor(() => expect(screen.queryByRole('alert')).not.toBeInTheDocument());
  });
});
