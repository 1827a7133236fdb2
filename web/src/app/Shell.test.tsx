import { screen, waitFor, within } from '@testing-library/react';
import { delay, http } from 'msw';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { connectionChanged, type ConnectionStatus } from '../shared/state';
import { agent, exhausted, health, tier2 } from '../testing/fixtures';
import { answer } from '../testing/handlers';
import { renderRoutes } from '../testing/render';
import { server } from '../testing/server';
import { Shell } from './Shell';

const page = (name: string) => (
  <>
    <h1>{name}</h1>
    <input type="search" aria-label={`Search ${name}`} />
    <ul>
      {['first', 'second'].map((row) => (
        <li key={row} tabIndex={0} data-row="true">
          {row}
        </li>
      ))}
    </ul>
  </>
);
const shell = (at = '/agents', status: ConnectionStatus = 'online') =>
  renderRoutes(
    [
      {
        element: <Shell />,
        children: ['agents/:name?', 'rollouts', 'settings'].map((path) => ({ path, element: page(path.split('/')[0] ?? '') })),
      },
    ],
    {
      at,
      state: { connection: { status, lastEventId: 0 } },
    },
  );

function agents(...list: ReturnType<typeof agent>[]) {
  server.use(answer('get', '/agents', list, { headers: { 'Event-Seq': '1' } }));
}
const favicon = () => decodeURIComponent(document.querySelector<HTMLLinkElement>('link[rel=icon]')?.href ?? '');

beforeEach(() => {
  document.head.innerHTML = '<link rel="icon" href="/favicon.svg">';
  window.scrollTo = vi.fn();
});

describe('navigation', () => {
  it('names the pages, and where one is', async () => {
    shell('/rollouts');
    const links = within(screen.getByRole('navigation', { name: 'Pages' })).getAllByRole('link');
    expect(links.map((link) => link.getAttribute('href'))).toEqual([
      ...['/agents', '/providers', '/rollouts', '/resources', '/traces', '/runners', '/config', '/settings'],
      '/settings', // the connection
    ]);
    expect(screen.getByRole('link', { current: 'page' })).toHaveTextContent('Rollouts');
  });

  it('counts the agents that need attention', async () => {
    shell();
    expect(await screen.findByRole('link', { name: /^Agents.*4.*need attention/ })).toBeVisible();
  });

  it('moves the focus to the page that it leads to', async () => {
    const { user } = shell();
    await user.click(screen.getByRole('link', { name: /Rollouts/ }));
    expect(await screen.findByRole('heading', { name: 'rollouts' })).toBeVisible();
    await waitFor(() => expect(screen.getByRole('main')).toHaveFocus());
    expect(window.scrollTo).toHaveBeenCalledWith(0, 0);
  });

  it('leaves the focus where it is when only the drawer or a filter changes', async () => {
    const { user, router } = shell();
    await user.click(screen.getByRole('searchbox'));
    await router.navigate('/agents?tier=2');
    await router.navigate('/agents/writer-a');
    await waitFor(() => expect(router.state.location.pathname).toBe('/agents/writer-a'));
    expect(window.scrollTo).not.toHaveBeenCalled();
  });

  it('closes when it has led somewhere, and with Escape', async () => {
    const { user } = shell();
    const burger = screen.getByRole('button', { name: 'Open navigation' });
    await user.click(burger);
    expect(burger).toHaveAttribute('aria-expanded', 'true');
    await user.click(screen.getByRole('link', { name: /Rollouts/ }));
    expect(burger).toHaveAttribute('aria-expanded', 'false');
    await user.click(burger);
    await user.keyboard('{Escape}');
    expect(burger).toHaveAttribute('aria-expanded', 'false');
  });

  it('can be skipped', async () => {
    const { user } = shell();
    await user.tab();
    expect(screen.getByRole('link', { name: 'Skip to content' })).toHaveFocus();
    await user.keyboard('{Enter}');
    expect(screen.getByRole('main')).toHaveFocus();
  });
});

describe('title and favicon', () => {
  it.each([
    ['nothing is wrong', [agent('a')], 'Agents · Understudy', '#0ca678'],
    ['an agent is degraded', [agent('a', { provider_state: tier2 }), agent('b')], '● (1) Agents · Understudy', '#f59f00'],
    [
      'an agent is out',
      [agent('a', { provider_state: exhausted }), agent('b', { provider_state: tier2 })],
      '✕ (2) Agents · Understudy',
      '#e03131',
    ],
  ])('when %s', async (_what, list, title, colour) => {
    agents(...list);
    shell();
    await waitFor(() => expect(document.title).toBe(title));
    expect(favicon()).toContain(colour);
  });

  it.each([
    ['offline', '✕ offline · Agents · Understudy'],
    ['denied', '✕ signed out · Agents · Understudy'],
  ] as const)('when %s: what the fleet was is not what it is', async (status, title) => {
    shell('/agents', status);
    await waitFor(() => expect(document.title).toBe(title));
    expect(favicon()).toContain('#e03131');
  });

  it('stay calm over a broken connection that is tried again', async () => {
    agents(agent('a'));
    shell('/rollouts', 'reconnecting');
    await waitFor(() => expect(document.title).toBe('Rollouts · Understudy'));
  });
});

describe('connection', () => {
  const status = () => screen.getByTestId('connection-status');

  it.each([
    ['connecting', '◌', 'connecting'],
    ['online', '●', 'online'],
    ['reconnecting', '◌', 'reconnecting'],
    ['offline', '✕', 'offline'],
    ['denied', '✕', 'signed out'],
  ] as const)('%s has a glyph and a word', async (state, glyph, word) => {
    shell('/agents', state);
    expect(status()).toHaveAttribute('data-status', state);
    expect(status()).toHaveTextContent(glyph);
    expect(within(status()).getByRole('status')).toHaveTextContent(word);
  });

  it('shows address and version, and follows the state', async () => {
    const { store } = shell();
    await waitFor(() => expect(status()).toHaveTextContent(`${location.host} · v${health.version}`));
    store.dispatch(connectionChanged('offline'));
    await waitFor(() => expect(within(status()).getByRole('status')).toHaveTextContent('offline'));
  });

  it('shows the address of another daemon', async () => {
    renderRoutes([{ path: '*', element: <Shell /> }], { state: { backend: { address: 'http://other:8787', token: null } } });
    expect(status()).toHaveTextContent('http://other:8787');
  });

  it('is amber when the daemon itself is unwell', async () => {
    server.use(answer('get', '/health', { ...health, status: 'degraded', store: 'The disk is full.' }));
    shell();
    await waitFor(() => expect(within(status()).getByRole('status')).toHaveTextContent('online, degraded'));
  });

  it('warns above every page while it is beyond this machine in the clear', async () => {
    shell('/rollouts');
    await waitFor(() => expect(status()).toHaveTextContent(health.version));
    expect(screen.queryByText(/without TLS/)).not.toBeInTheDocument();
    server.use(answer('get', '/health', { ...health, exposed_without_tls: true }));
    shell('/rollouts');
    expect(await screen.findByText(/listens beyond its own machine without TLS/)).toBeVisible();
  });

  it('warns above the page when it is lost: old figures must not pass for new ones', async () => {
    const { store } = shell();
    await screen.findByRole('link', { name: /need attention/ });
    expect(screen.queryByText(/Offline/)).not.toBeInTheDocument();
    store.dispatch(connectionChanged('reconnecting'));
    store.dispatch(connectionChanged('offline'));
    expect(await screen.findByText(/Offline: no answer/)).toHaveTextContent(
      /from localhost:\d+\. What you see is from (just now|\d+s ago)\./,
    );
    store.dispatch(connectionChanged('online'));
    await waitFor(() => expect(screen.queryByText(/Offline/)).not.toBeInTheDocument());
  });

  it('blinks "Refreshing" while an answer lets itself be waited for', async () => {
    server.use(http.get('*/agents', () => delay('infinite')));
    shell();
    expect(status()).not.toHaveTextContent('Refreshing');
    await waitFor(() => expect(status()).toHaveTextContent('Refreshing'));
  });
});

describe('the demo', () => {
  const demo = () => server.use(answer('get', '/health', { ...health, demo: true }), answer('get', '/event-log', []));
  beforeEach(() => localStorage.clear());

  it('says on every page that it is one, until that is closed', async () => {
    demo();
    const { user } = shell('/rollouts');
    expect(await screen.findByRole('region', { name: 'This is the demo' })).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Close the tour of the demo' }));
    expect(screen.queryByRole('region', { name: 'This is the demo' })).not.toBeInTheDocument();
    expect(screen.getByRole('main')).toHaveFocus();
    expect(screen.getByTestId('connection-status')).toHaveTextContent(/demo · /);
  });

  it('stays closed', async () => {
    localStorage.setItem('understudy.tour.closed', 'true');
    demo();
    shell();
    await waitFor(() => expect(screen.getByTestId('connection-status')).toHaveTextContent('demo'));
    expect(screen.queryByTestId('demo-tour')).not.toBeInTheDocument();
  });

  it('has no trace in a real fleet', async () => {
    shell();
    await waitFor(() => expect(screen.getByTestId('connection-status')).toHaveTextContent(health.version));
    expect(screen.queryByText(/demo/i)).not.toBeInTheDocument();
  });
});

describe('keys', () => {
  it.each([
    ['gr', 'rollouts'],
    ['gs', 'settings'],
    ['gxgr', 'rollouts'],
  ])('%s leads to %s', async (keys, name) => {
    const { user } = shell();
    await user.keyboard(keys);
    expect(await screen.findByRole('heading', { name })).toBeVisible();
  });

  it('/ focuses the search, in which they are letters', async () => {
    const { user, router } = shell();
    await user.keyboard('/');
    expect(screen.getByRole('searchbox')).toHaveFocus();
    await user.keyboard('gr?j');
    expect(screen.getByRole('searchbox')).toHaveValue('gr?j');
    expect(router.state.location.pathname).toBe('/agents');
  });

  it('j and k walk the rows', async () => {
    const { user } = shell();
    await user.keyboard('j');
    expect(screen.getByText('first')).toHaveFocus();
    await user.keyboard('jj');
    expect(screen.getByText('second')).toHaveFocus();
    await user.keyboard('k');
    expect(screen.getByText('first')).toHaveFocus();
  });

  it('? lists them, and until it is closed they rest', async () => {
    const { user, router } = shell();
    await user.keyboard('?');
    const list = await screen.findByRole('table', { name: 'Keyboard shortcuts' });
    expect(list).toHaveTextContent('this list');
    await user.keyboard('gr');
    expect(router.state.location.pathname).toBe('/agents');
    await user.keyboard('{Escape}');
    await waitFor(() => expect(list).not.toBeInTheDocument());
    await user.keyboard('gr');
    expect(router.state.location.pathname).toBe('/rollouts');
  });

  it("with Control are the browser's", async () => {
    const { user, router } = shell();
    await user.keyboard('{Control>}g{/Control}r');
    expect(router.state.location.pathname).toBe('/agents');
  });
});
