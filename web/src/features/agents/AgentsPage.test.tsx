import { act, screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { api } from '../../api/api';
import { agent, fleet, tier1, tier2 } from '../../testing/fixtures';
import { answer, asViewer, refuse } from '../../testing/handlers';
import { renderRoutes } from '../../testing/render';
import { server } from '../../testing/server';
import AgentsPage from './AgentsPage';
import { dayUsage, manyAgents, providerDay, runningTask } from './fixtures';

// Whole pages in jsdom, perhaps on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const open = (at = '/agents') =>
  renderRoutes(
    [
      { path: '/agents/:name?', element: <AgentsPage /> },
      { path: '*', element: <p>elsewhere</p> },
    ],
    { at },
  );
const rows = () => screen.getAllByTestId(/^agent-row-/).map((row) => row.dataset['name']);
const loaded = () => screen.findByRole('table', { name: 'Agents' });

beforeEach(() =>
  server.use(
    answer('get', '/event-log', providerDay),
    answer('get', '/usage', dayUsage),
    answer('get', '/rollouts/{id}', runningTask('ro-41f7c2e9ab03')),
  ),
);

describe('a container that somebody paused', () => {
  const frozen = agent('writer-a', { state: { lifecycle_state: 'paused', lifecycle_metrics: null } });

  it('has a glyph and a word, comes first, and is found by the strip', async () => {
    server.use(answer('get', '/agents', [agent('reviewer-b'), frozen], { headers: { 'Event-Seq': '1' } }));
    const { user, router } = open();
    await loaded();
    expect(rows()).toEqual(['writer-a', 'reviewer-b']);
    expect(screen.getByTestId('agent-row-writer-a')).toHaveTextContent('❄\uFE0E paused');
    await user.click(screen.getByRole('button', { name: 'container paused: 1' }));
    expect(router.state.location.search).toBe('?state=paused');
    expect(rows()).toEqual(['writer-a']);
  });

  it('takes no room in the strip where there is none', async () => {
    open();
    await loaded();
    expect(screen.queryByRole('button', { name: /^container paused/ })).not.toBeInTheDocument();
  });
});

it('offers a viewer nothing that changes', async () => {
  server.use(asViewer);
  open();
  await loaded();
  await waitFor(() => expect(screen.queryByTestId(/^agent-(pause|reset)-/)).not.toBeInTheDocument());
  expect(screen.queryByRole('button', { name: 'Send a task' })).not.toBeInTheDocument();
});

describe('the table', () => {
  it('lists the worst first and sorts by tier on a click, in the address', async () => {
    const { user, router } = open();
    await loaded();
    expect(rows()).toEqual(['designer-default', 'writer-b', 'reviewer-b', 'reviewer-default', 'writer-a']);
    const head = screen.getByRole('columnheader', { name: /Active tier/ });
    expect(head).toHaveAttribute('aria-sort', 'none');
    await user.click(within(head).getByRole('button'));
    expect(head).toHaveAttribute('aria-sort', 'ascending');
    expect(rows()[0]).toBe('writer-a');
    expect(router.state.location.search).toBe('?sort=tier');
  });

  it('says of each agent what counts', async () => {
    open();
    await loaded();
    const row = screen.getByTestId('agent-row-designer-default');
    expect(within(row).getByTestId('agent-tier-badge-designer-default')).toHaveTextContent('✕ all tiers exhausted');
    expect(row).toHaveTextContent('3 waiting');
    expect(row).toHaveTextContent('287 ms');
    await waitFor(() => expect(row).toHaveTextContent('2M/2M'));
    await waitFor(() => expect(within(row).getByRole('img', { name: /designer-default in the last 24 hours/ })).toBeInTheDocument());
    // No threshold: no share.
    expect(screen.getByTestId('agent-row-writer-a')).toHaveTextContent('80k');
    expect(screen.getByTestId('agent-row-writer-a')).not.toHaveTextContent('80k/');
  });

  it('opens the drawer by click and by Enter, and keeps the order in the address', async () => {
    const { user, router } = open('/agents?sort=name');
    await loaded();
    await user.click(screen.getByTestId('agent-row-writer-a'));
    expect(router.state.location.pathname + router.state.location.search).toBe('/agents/writer-a?sort=name');
    screen.getByTestId('agent-row-reviewer-b').focus();
    await user.keyboard('{Enter}');
    expect(router.state.location.pathname).toBe('/agents/reviewer-b');
  });

  it('leaves the buttons of a row theirs', async () => {
    server.use(answer('post', '/agents/{name}/pause', tier1));
    const { user, router } = open();
    await loaded();
    await user.click(screen.getByRole('button', { name: 'Pause writer-a' }));
    await user.click(screen.getByRole('button', { name: /transcript of ro-41f7c2e9ab03/ }));
    expect(router.state.location.pathname + router.state.location.search).toBe('/agents?transcript=ro-41f7c2e9ab03');
  });

  it('flashes a row whose tier or state changed, and no other', async () => {
    const { store } = open();
    await loaded();
    expect(screen.getByTestId('agent-row-writer-a')).not.toHaveAttribute('data-flash');
    server.use(
      answer(
        'get',
        '/agents',
        fleet.map((each) => (each.name === 'writer-a' ? { ...each, provider_state: tier2 } : { ...each, queue_depth: 9 })),
      ),
    );
    act(() => void store.dispatch(api.util.invalidateTags(['Agents'])));
    await waitFor(() => expect(screen.getByTestId('agent-row-writer-a')).toHaveAttribute('data-flash', 'odd'));
    expect(screen.getByTestId('agent-row-designer-default')).toHaveTextContent('9 waiting');
    expect(screen.getByTestId('agent-row-designer-default')).not.toHaveAttribute('data-flash');
  });

  it('draws of a thousand agents only those in sight', async () => {
    vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(800);
    vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(40);
    server.use(answer('get', '/agents', manyAgents(1000)));
    open('/agents?sort=name');
    await loaded();
    await waitFor(() => expect(screen.getByRole('table', { name: 'Agents' })).toHaveAttribute('aria-rowcount', '1001'));
    expect(await screen.findByTestId('agent-row-worker-0000')).toHaveAttribute('aria-rowindex', '2');
    expect(rows().length).toBeLessThan(80);
  });

  it('hides columns and remembers it', async () => {
    const { user, unmount } = open();
    await loaded();
    await user.click(screen.getByRole('button', { name: 'Choose columns' }));
    await user.click(await screen.findByRole('checkbox', { name: 'Cold start' }));
    expect(screen.queryByRole('columnheader', { name: /Cold start/ })).not.toBeInTheDocument();
    unmount();
    open();
    await loaded();
    expect(screen.queryByRole('columnheader', { name: /Cold start/ })).not.toBeInTheDocument();
    expect(screen.getByRole('columnheader', { name: /Tokens/ })).toBeInTheDocument();
  });
});

describe('what is wrong', () => {
  it('comes first, in words, and leads to it', async () => {
    const { user, router } = open();
    await loaded();
    const list = screen.getByRole('list', { name: 'What needs attention' });
    expect(within(list).getAllByRole('listitem')[0]).toHaveTextContent('1 agent has no tier left: designer-default');
    await user.click(screen.getByRole('button', { name: 'Show 2 agents' }));
    expect(rows()).toEqual(['reviewer-b', 'reviewer-default']);
    expect(router.state.location.search).toBe('?tier=fallback');
    await user.click(screen.getByRole('button', { name: 'Show all' }));
    expect(rows()).toHaveLength(5);
  });

  it('is a quiet line when nothing is', async () => {
    server.use(answer('get', '/agents', [agent('a-1'), agent('a-2')]));
    open();
    expect(await screen.findByText(/All is well: 2 agents/)).toBeInTheDocument();
  });
});

describe('the strip', () => {
  it('counts, and filters by tier and activity together', async () => {
    const { user } = open();
    await loaded();
    const second = screen.getByRole('button', { name: 'on tier 2: 1' });
    await user.click(second);
    expect(second).toHaveAttribute('aria-pressed', 'true');
    expect(rows()).toEqual(['reviewer-default']);
    await user.click(screen.getByRole('button', { name: 'idle: 2' }));
    expect(await screen.findByText('No agent matches')).toBeInTheDocument();
    await user.click(second);
    expect(rows()).toEqual(['reviewer-b', 'writer-a']);
  });
});

it('searches names, types and models, and writes it into the address', async () => {
  const { user, router } = open();
  await loaded();
  await user.type(screen.getByRole('searchbox', { name: 'Search the agents' }), 'opus');
  await waitFor(() => expect(rows()).toEqual(['writer-b', 'writer-a']));
  await waitFor(() => expect(router.state.location.search).toBe('?q=opus'));
});

describe('sending a task', () => {
  it('goes to the pool or to one agent and shows the rollout', async () => {
    const sent: unknown[] = [];
    server.use(
      http.post('*/agent-types/:type/tasks', async ({ request, params }) => {
        sent.push([params['type'], await request.json()]);
        return HttpResponse.json(runningTask('ro-new'), { status: 201 });
      }),
    );
    const { user, router } = open();
    await loaded();
    await user.click(screen.getByRole('button', { name: 'Send a task' }));
    await user.type(await screen.findByRole('textbox', { name: /Input/ }), 'Go');
    await user.click(screen.getByRole('button', { name: 'Send' }));
    expect(await screen.findByText('ro-new')).toBeInTheDocument();
    expect(sent).toEqual([['designer', { input: 'Go' }]]);
    await user.click(screen.getByRole('button', { name: 'Follow its transcript' }));
    expect(router.state.location.search).toBe('?transcript=ro-new');
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  });

  it('says what the daemon says against it', async () => {
    server.use(refuse('post', '/agent-types/{type}/tasks', 401, 'Unauthorized', 'This call wants the operator.'));
    const { user } = open();
    await loaded();
    await user.click(screen.getByRole('button', { name: 'Send a task' }));
    await user.type(await screen.findByRole('textbox', { name: /Input/ }), 'x');
    await user.click(screen.getByRole('button', { name: 'Send' }));
    expect(await screen.findByText('This call wants the operator.')).toBeInTheDocument();
    expect(screen.getByText(/Sign in first/)).toBeInTheDocument();
  });
});

describe('without agents or without the daemon', () => {
  it('invites to add one', async () => {
    server.use(answer('get', '/agents', []));
    open();
    expect(await screen.findByRole('link', { name: 'Add an agent type' })).toHaveAttribute('href', '/config');
  });

  it('says why, and tries again', async () => {
    server.use(refuse('get', '/agents', 503, 'Unavailable', 'The store is being repaired.'));
    const { user } = open();
    expect(await screen.findByText('The store is being repaired.')).toBeInTheDocument();
    server.use(answer('get', '/agents', fleet));
    await user.click(screen.getByRole('button', { name: 'Retry' }));
    expect(await loaded()).toBeInTheDocument();
    expect(screen.queryByText('The store is being repaired.')).not.toBeInTheDocument();
  });

  it('keeps what it has when it cannot be fetched again', async () => {
    const { store } = open();
    await loaded();
    server.use(refuse('get', '/agents', 503, 'Unavailable', 'The store is being repaired.'));
    act(() => void store.dispatch(api.util.invalidateTags(['Agents'])));
    expect(await screen.findByText('Showing the last data received.')).toBeInTheDocument();
    expect(rows()).toHaveLength(5);
  });
});

it('announces a provider change once, and no row', async () => {
  const { store } = open();
  await loaded();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true, advanceTimeDelta: 20 });
  server.use(
    answer(
      'get',
      '/agents',
      fleet.map((each) => (each.name === 'writer-a' ? { ...each, provider_state: tier2 } : each)),
    ),
  );
  act(() => void store.dispatch(api.util.invalidateTags(['Agents'])));
  await waitFor(() => expect(screen.getByTestId('agent-row-writer-a')).toHaveAttribute('data-flash'));
  expect(screen.getByTestId('provider-announcements')).toBeEmptyDOMElement();
  act(() => vi.advanceTimersByTime(4000));
  expect(screen.getByTestId('provider-announcements')).toHaveTextContent('writer-a: ② deepseek-v4-pro');
});
