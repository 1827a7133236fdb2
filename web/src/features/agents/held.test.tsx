import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Agent, Held } from '../../api/types';
import { clock } from '../../shared/format';
import { agent, exhausted, minute, now, tier1 } from '../../testing/fixtures';
import { answer } from '../../testing/handlers';
import { outOfQuota, provider, waitsForKey, waitsForQuota } from '../../testing/providers';
import { renderRoutes } from '../../testing/render';
import { server } from '../../testing/server';
import AgentsPage from './AgentsPage';
import { dayUsage, providerDay } from './fixtures';

const open = () =>
  renderRoutes(
    [
      { path: '/agents/:name?', element: <AgentsPage /> },
      { path: '*', element: <p>elsewhere</p> },
    ],
    { at: '/agents' },
  );

beforeEach(() => {
  vi.setSystemTime(now);
  server.use(answer('get', '/event-log', providerDay), answer('get', '/usage', dayUsage));
});

describe('an agent that holds its tasks', () => {
  const holding = (held: Held, over: Partial<Agent> = {}) =>
    server.use(answer('get', '/agents', [agent('writer-a', { provider_state: exhausted, held, queue_depth: 3, ...over })]));
  const line = () => screen.findByTestId('agent-held-writer-a');

  it('says for whom and until when, beside the countdown', async () => {
    holding(waitsForQuota);
    open();
    expect(await line()).toHaveTextContent(`waits for anthropic until ${clock(now + 12 * minute, now)} (quota)`);
    expect(screen.getByTestId('agent-cooldown-writer-a')).toHaveTextContent('retry in 12m');
  });

  it('counts down itself while it waits in place', async () => {
    holding({ ...waitsForQuota, kind: 'rate_limit', until: now + 20_000 }, { provider_state: tier1 });
    open();
    expect(await line()).toHaveTextContent(/\(rate_limit\), in 20s$/);
  });

  it('says what is missing where nobody knows a time', async () => {
    holding(waitsForKey);
    open();
    expect(await line()).toHaveTextContent('waits for anthropic (key not set)');
  });
});

it('speaks of the providers first, and leads to them', async () => {
  server.use(answer('get', '/providers', [provider('anthropic', { accounts: [{ id: 'ac-1', health: outOfQuota }] })]));
  const { user, router } = open();
  const list = await screen.findByRole('list', { name: 'What needs attention' });
  await waitFor(() => expect(within(list).getAllByRole('listitem')[0]).toHaveTextContent(/^✕?▲?anthropic is out until .* \(quota\)/));
  await user.click(within(list).getByRole('link', { name: 'Providers: anthropic' }));
  expect(router.state.location.pathname).toBe('/providers');
});
