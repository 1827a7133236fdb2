import { screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Rollout } from '../../api/types';
import { clock } from '../../shared/format';
import { minute, now } from '../../testing/fixtures';
import { waitsForQuota } from '../../testing/providers';
import { renderWithStore } from '../../testing/render';
import { server } from '../../testing/server';
import { storeDown, storeHandlers } from '../../testing/storeHandlers';
import { attempt, rollout, rollouts, statistics } from './fixtures';
import RolloutsPage from './RolloutsPage';

let asked: URL[] = [];

beforeEach(() => {
  asked = [];
  server.use(...storeHandlers({ rollouts, statistics }));
  server.use(
    http.get('*/v1/agl/rollouts', ({ request }) => {
      asked.push(new URL(request.url));
      return HttpResponse.json(rollouts);
    }),
  );
});

function lastAsked(): URLSearchParams {
  return asked.at(-1)?.searchParams ?? new URLSearchParams();
}

it('shows a line a rollout, both badges only when the statuses differ, N/A for what is not there', async () => {
  renderWithStore(<RolloutsPage />, { at: '/rollouts' });
  const requeued = await screen.findByTestId('rollout-row-ro-0000000000bb');
  expect(within(requeued).getByText('requeuing')).toBeInTheDocument();
  expect(within(requeued).getByText('timeout')).toBeInTheDocument();
  const waiting = screen.getByTestId('rollout-row-ro-0000000000aa');
  expect(within(waiting).getAllByText('N/A')).toHaveLength(3);
});

it('lets the server sort: a click asks for it, another turns it', async () => {
  const { user } = renderWithStore(<RolloutsPage />, { at: '/rollouts' });
  await user.click(await screen.findByRole('button', { name: /^Worker/ }));
  await waitFor(() => expect(lastAsked().get('sort_by')).toBe('worker_id'));
  expect(lastAsked().get('sort_order')).toBe('asc');
  await user.click(screen.getByRole('button', { name: /^Worker/ }));
  await waitFor(() => expect(lastAsked().get('sort_order')).toBe('desc'));
});

it('filters by a click on the overview and keeps that in the address', async () => {
  const { user, router } = renderWithStore(<RolloutsPage />, { at: '/rollouts' });
  const overview = await screen.findByRole('region', { name: 'Overview' });
  await user.click(within(overview).getByRole('button', { name: /failed/ }));
  await waitFor(() => expect(lastAsked().getAll('status_in')).toEqual(['failed']));
  expect(router.state.location.search).toBe('?status=failed');
});

it('says what waits, for how long, and how the last hour went', async () => {
  renderWithStore(<RolloutsPage />, { at: '/rollouts' });
  expect(await screen.findByText(/13 wait for a worker, the first for/)).toBeInTheDocument();
  expect(screen.getByText('last hour: 51 finished · 96 % succeeded')).toBeInTheDocument();
});

describe('the queue of our agents', () => {
  const waiting = (id: string, metadata: Rollout['metadata']) => rollout(id, { status: 'queuing', metadata });
  let askedFor: string[][] = [];

  beforeEach(() => {
    askedFor = [];
    vi.setSystemTime(now);
    server.use(
      http.get('*/rollouts', ({ request }) => {
        askedFor.push(new URL(request.url).searchParams.getAll('rollout_id_in'));
        return HttpResponse.json([
          { ...waiting('ro-1', { agent: 'writer-a' }), held: waitsForQuota },
          waiting('ro-2', { agent_type: 'x' }),
        ]);
      }),
    );
  });

  function list(...items: Rollout[]) {
    server.use(http.get('*/v1/agl/rollouts', () => HttpResponse.json({ items, limit: 100, offset: 0, total: items.length })));
    renderWithStore(<RolloutsPage />, { at: '/rollouts' });
  }

  it('says what each task waits for, and asks only for those that may', async () => {
    list(
      waiting('ro-1', { agent: 'writer-a' }),
      waiting('ro-2', { agent_type: 'x' }),
      waiting('ro-3', {}),
      rollout('ro-4', { metadata: { agent: 'writer-a' } }),
    );
    const until = clock(now + 12 * minute, now);
    expect(await screen.findByText(`waits for anthropic until ${until} (quota)`, { exact: false })).toHaveTextContent(/, in 12m$/);
    expect(screen.getByTestId('rollout-row-ro-1')).toHaveTextContent('waits for anthropic');
    expect(screen.getByTestId('rollout-row-ro-2')).not.toHaveTextContent('waits for');
    expect(askedFor).toEqual([['ro-1', 'ro-2']]);
  });

  it('is not asked for where none waits', async () => {
    list(rollout('ro-4', { metadata: { agent: 'writer-a' } }));
    await screen.findByTestId('rollout-row-ro-4');
    expect(askedFor).toEqual([]);
  });
});

it('fetches older attempts only when somebody opens them', async () => {
  let fetched = 0;
  server.use(
    http.get('*/v1/agl/rollouts/:id/attempts', () => {
      fetched++;
      const items = [attempt({ attempt_id: 'at-2b2b2b2b', sequence_id: 2 }), attempt({ attempt_id: 'at-older', status: 'failed' })];
      return HttpResponse.json({ items, limit: 100, offset: 0, total: 2 });
    }),
  );
  const { user } = renderWithStore(<RolloutsPage />, { at: '/rollouts' });
  const open = await screen.findByRole('button', { name: 'show older attempts of ro-0000000000bb' });
  expect(screen.getAllByRole('button', { name: /older attempts/ })).toHaveLength(1);
  expect(fetched).toBe(0);
  await user.click(open);
  expect(await screen.findByRole('button', { name: 'copy attempt id at-older' })).toBeInTheDocument();
  expect(fetched).toBe(1);
});

describe('a row', () => {
  const own = rollout('ro-own', { metadata: { agent: 'writer-a' }, attempt: attempt({ rollout_id: 'ro-own', attempt_id: 'at-own' }) });

  async function shown() {
    server.use(
      http.get('*/v1/agl/rollouts', () => HttpResponse.json({ items: [own, ...rollouts.items], limit: 100, offset: 0, total: 6 })),
    );
    const view = renderWithStore(<RolloutsPage />, { at: '/rollouts' });
    await screen.findByTestId('rollout-row-ro-own');
    return { ...view, search: () => view.router.state.location.search };
  }
  const cellOf = (id: string) => within(screen.getByTestId(`rollout-row-${id}`)).getByText('train');

  it('opens the transcript of our agents’ tasks, and the JSON of others', async () => {
    const { user, search } = await shown();
    await user.click(cellOf('ro-own'));
    expect(search()).toBe('?transcript=ro-own/at-own');
    await user.click(cellOf('ro-41f7c2e9ab03'));
    expect(search()).toBe('?json=ro-41f7c2e9ab03');
  });

  it('opens on Enter', async () => {
    const { user, search } = await shown();
    screen.getByTestId('rollout-row-ro-own').focus();
    await user.keyboard('{Enter}');
    expect(search()).toBe('?transcript=ro-own/at-own');
  });

  it('keeps what its buttons, links and checkbox do', async () => {
    const { user, search, router } = await shown();
    await user.click(screen.getByRole('checkbox', { name: 'select ro-own' }));
    await user.click(screen.getByRole('button', { name: 'copy rollout id ro-own' }));
    expect(search()).toBe('');
    await user.click(screen.getByRole('button', { name: 'raw JSON of ro-own' }));
    expect(search()).toBe('?json=ro-own');
    await user.click(screen.getByRole('link', { name: 'traces of ro-own' }));
    expect(router.state.location.pathname).toBe('/traces');
  });
});

it('cancels what is selected and says what was refused', async () => {
  const cancelled: string[] = [];
  server.use(
    http.post('*/v1/agl/rollouts/:id', ({ params }) => {
      if (params['id'] === 'ro-0000000000dd') return HttpResponse.json({ detail: 'It is finished.' }, { status: 409 });
      cancelled.push(String(params['id']));
      return HttpResponse.json({});
    }),
  );
  const { user } = renderWithStore(<RolloutsPage />, { at: '/rollouts' });
  await user.click(await screen.findByRole('checkbox', { name: 'select ro-41f7c2e9ab03' }));
  await user.click(screen.getByRole('checkbox', { name: 'select ro-0000000000dd' }));
  await user.click(within(screen.getByRole('region', { name: 'Selected rollouts' })).getByRole('button', { name: 'Cancel' }));
  expect(await screen.findByText('1 cancelled, 1 refused')).toBeInTheDocument();
  expect(screen.getByText('ro-0000000000dd: It is finished.')).toBeInTheDocument();
  expect(cancelled).toEqual(['ro-41f7c2e9ab03']);
});

it('says what the server says when the list cannot be loaded', async () => {
  server.use(storeDown);
  renderWithStore(<RolloutsPage />, { at: '/rollouts' });
  expect(await screen.findByText('The database is locked.')).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Retry' })).toBeInTheDocument();
});

it('offers a line to make the first rollout when there is none', async () => {
  server.use(...storeHandlers({ statistics }));
  renderWithStore(<RolloutsPage />, { at: '/rollouts' });
  expect(await screen.findByText(/queues\/rollouts\/enqueue/)).toBeInTheDocument();
});
