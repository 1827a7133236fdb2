import { screen, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { agent, now, started, tier2 } from '../../../testing/fixtures';
import { answer, refuse } from '../../../testing/handlers';
import { renderWithStore } from '../../../testing/render';
import { server } from '../../../testing/server';
import { ledgerPage } from '../agentDrawerApi';
import { drawerHandlers, ledger, providerEvent, quietTierTime } from '../fixtures';
import { ChainTab } from './ChainTab';

const subject = agent('reviewer-default', { provider_state: tier2 });

function show() {
  return renderWithStore(<ChainTab agent={subject} />, { at: '/agents/reviewer-default' });
}

it('shows one row a tier and the pause, with the percentages of the daemon, each bar beginning where the last one ends', async () => {
  server.use(...drawerHandlers);
  show();
  const bars = await screen.findByTestId('tier-time-bar');
  const rows = within(bars).getAllByRole('listitem');
  expect(rows.map((row) => row.textContent.replace(/.*?([\d.]+ %)$/, '$1'))).toEqual(['71 %', '26 %', '0 %', '3 %']);
  const bar = (row: HTMLElement) => row.querySelector<HTMLElement>('[data-share]')?.style;
  expect(rows.map((row) => [bar(row)?.left, bar(row)?.width])).toEqual([
    ['0%', '71%'],
    ['71%', '26%'],
    [undefined, undefined],
    ['97%', '3%'],
  ]);
  expect(screen.getByTestId('tier-time-row-1')).toHaveTextContent('claude-opus-4-7');
});

it('marks the tier that is active', async () => {
  server.use(...drawerHandlers);
  show();
  expect(within(await screen.findByTestId('tier-time-row-2')).getByText('now')).toBeInTheDocument();
  expect(screen.getAllByText('now')).toHaveLength(1);
});

it('keeps the fraction the daemon gives', async () => {
  const tiers = [33.4, 33.3, 33.3].map((percent, at) => ({ tier: at + 1, ms: 28_800_000, percent }));
  server.use(answer('get', '/agents/{name}/tier-time', { window_ms: 86_400_000, tiers, paused: { ms: 0, percent: 0 } }), ...drawerHandlers);
  show();
  expect(await screen.findByTestId('tier-time-row-1')).toHaveTextContent('33.4 %');
});

describe('of a fleet younger than a day', () => {
  const ago = (ms: number, id = 1) => answer('get', '/event-log', [{ ...started, id, ts: now - ms }]);
  const asked: (string | null)[] = [];

  beforeEach(() => {
    asked.length = 0;
    vi.setSystemTime(now);
    server.use(
      http.get('*/agents/:name/tier-time', ({ request }) => {
        const window = new URL(request.url).searchParams.get('window_ms');
        asked.push(window);
        return HttpResponse.json({ ...quietTierTime, window_ms: Number(window ?? quietTierTime.window_ms) });
      }),
      ...drawerHandlers,
    );
  });

  it('asks for the time that it has existed, and says so', async () => {
    server.use(ago(65_000));
    show();
    expect(await screen.findByRole('heading', { name: 'Its first 1m 5s' })).toBeVisible();
    expect(screen.getByRole('list', { name: 'Time on each tier: Its first 1m 5s' })).toBeVisible();
    expect(asked).toEqual(['65000']);
  });

  it.each([
    ['an older one', [ago(86_400_000)]],
    ['one whose first events are deleted', [ago(65_000, 4711)]],
    ['one of which that cannot be read', [refuse('get', '/event-log', 503, 'Unavailable', 'The store is being repaired.')]],
  ])('but not of %s', async (_what, handlers) => {
    server.use(...handlers);
    show();
    await screen.findByTestId('tier-time-bar');
    expect(screen.getByRole('heading', { name: '24 hours' })).toBeVisible();
    expect(asked).toEqual([null]);
  });
});

it('lists the events newest first and leads to the transcript behind one', async () => {
  server.use(...drawerHandlers);
  const { router, user } = show();
  const log = await screen.findByRole('list', { name: /provider events/i });
  expect(
    within(log)
      .getAllByRole('listitem')
      .map((row) => row.dataset['testid']),
  ).toEqual(ledger.map(({ id }) => `provider-event-${id}`).toReversed());
  const first = screen.getByTestId('provider-event-1');
  expect(first).toHaveTextContent(/^\d{4}-\d\d-\d\d \d\d:\d\d ① → ② "401 auth_error"failover/);
  expect(within(screen.getByTestId('provider-event-10')).queryByRole('link')).toBeNull();
  await user.click(within(first).getByRole('link', { name: /view raw/ }));
  expect(router.state.location.search).toBe('?transcript=ro-41f7c2e9ab03/at-c07ecb5d');
});

it('shows older ones a page at a time, until there are none', async () => {
  const asked: (string | null)[] = [];
  server.use(
    http.get('*/agents/:name/provider-events', ({ request }) => {
      const before = new URL(request.url).searchParams.get('before_id');
      asked.push(before);
      if (before === null) return HttpResponse.json([providerEvent(500)]);
      const last = Number(before);
      return HttpResponse.json(Array.from({ length: last === 500 ? ledgerPage : 1 }, (_, at) => providerEvent(last - ledgerPage + at)));
    }),
    ...drawerHandlers,
  );
  const { user } = show();
  await user.click(await screen.findByRole('button', { name: 'Show older' }));
  expect(await screen.findByTestId('provider-event-400')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Show older' }));
  expect(await screen.findByTestId('provider-event-300')).toBeInTheDocument();
  expect(asked).toEqual([null, '500', '400']);
  expect(screen.queryByRole('button', { name: 'Show older' })).toBeNull();
});

it('looks beyond a quiet week', async () => {
  server.use(answer('get', '/agents/{name}/provider-events', []), ...drawerHandlers);
  const { user } = show();
  expect(await screen.findByText('No failover, reset or pause in the last 7 days.')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Show older' }));
  expect(await screen.findByText('No failover, reset or pause so far.')).toBeInTheDocument();
});

it('says what the signed-out miss, and where to get it, beside the bars', async () => {
  server.use(
    refuse('get', '/agents/{name}/provider-events', 401, 'Unauthorized', "This call wants the operator's token."),
    ...drawerHandlers,
  );
  show();
  const alert = await screen.findByRole('alert');
  expect(alert).toHaveTextContent("This call wants the operator's token.");
  expect(within(alert).getByRole('link', { name: 'Sign in' })).toHaveAttribute('href', '/settings#sign-in');
  expect(await screen.findByTestId('tier-time-bar')).toBeInTheDocument();
});
