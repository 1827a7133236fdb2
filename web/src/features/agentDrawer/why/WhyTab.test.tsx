import { screen, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { agent, minute, now, tier2 } from '../../../testing/fixtures';
import { answer, refuse } from '../../../testing/handlers';
import { model, onTrial, provider, rateLimited, waitsForQuota } from '../../../testing/providers';
import { clock } from '../../../shared/format';
import { renderWithStore } from '../../../testing/render';
import { server } from '../../../testing/server';
import { drawerHandlers, why } from '../fixtures';
import { groupsOf, timerInWords } from './guards';
import { WhyTab } from './WhyTab';

it.each([
  [12 * 60_000, 'in 12m: container: idle stop'],
  [6_000, 'in 6s: container: idle stop'],
  [0, 'now: container: idle stop'],
])('tells a timer due in %i ms', (ms, words) => {
  expect(timerInWords({ at: now + ms, what: 'container: idle stop' }, now)).toBe(words);
});

it('groups the conditions by what they are for', () => {
  expect(groupsOf(why.guards).map(({ title, guards }) => [title, guards.map(({ name }) => name)])).toEqual([
    ['What it looks at', ['queue', 'tier', 'retry']],
    ['Conditions of the idle stop', ['idle stop: no leases', 'idle stop: idle window']],
  ]);
});

it('shows the last decision, the next timer, and each condition with its mark', async () => {
  vi.spyOn(Date, 'now').mockReturnValue(now);
  server.use(...drawerHandlers);
  renderWithStore(<WhyTab agent={agent('reviewer-default', { provider_state: tier2 })} />);
  expect(await screen.findByText(/reviewer-default ① → ②: 401 auth_error/)).toHaveTextContent('47m ago');
  expect(screen.getByRole('timer')).toHaveTextContent('in 12m: from then on a success brings it back to tier 1');
  const row = (name: string) => screen.getByRole('row', { name: new RegExp(name) });
  expect(row('Tasks waiting')).toHaveTextContent('2');
  expect(within(row('Tasks waiting')).queryByRole('img')).toBeNull();
  expect(within(row('No task holds it')).getByRole('img', { name: 'holds' })).toHaveTextContent('✓');
  expect(within(row('Idle long enough')).getByRole('img', { name: 'does not hold' })).toHaveTextContent('✗');
});

it('shows what its tasks wait for, and what the fleet knows of each of its tiers', async () => {
  vi.spyOn(Date, 'now').mockReturnValue(now);
  server.use(
    answer('get', '/agents/{name}/why', { ...why, held: waitsForQuota }),
    answer('get', '/providers', [
      provider('anthropic', { accounts: [{ id: 'ac-1', health: onTrial }] }),
      provider('deepseek', { models: [model('deepseek-v4-pro', [], { health: rateLimited })] }),
    ]),
    ...drawerHandlers,
  );
  renderWithStore(<WhyTab agent={agent('reviewer-default', { provider_state: tier2 })} />);
  expect(await screen.findByTestId('why-held')).toHaveTextContent(
    `3 tasks: waits for anthropic until ${clock(now + 12 * minute, now)} (quota), in 12m`,
  );
  const tiers = within(await screen.findByRole('list', { name: 'Health of its tiers' })).getAllByRole('listitem');
  expect(tiers[0]).toHaveTextContent(
    /① claude-opus-4-7 of anthropic.*on trial by reviewer-b.*allowance is used up: 429 quota · all models of the account · 47m ago, seen by reviewer-default/,
  );
  expect(tiers[1]).toHaveTextContent(/② deepseek-v4-pro of deepseek.*out until.*\(in 20s\).*too many requests: 429 rate_limit · 1m ago/);
  expect(tiers[2]).toHaveTextContent('③ qwen3-coder of ollama' + 'not known');
});

it('shows the rest where the health of its providers is not known', async () => {
  server.use(refuse('get', '/providers', 503, 'Unavailable', 'The store is being repaired.'), ...drawerHandlers);
  renderWithStore(<WhyTab agent={agent('reviewer-default')} />);
  expect(await screen.findByText('Last decision')).toBeInTheDocument();
  expect(screen.queryByRole('list', { name: 'Health of its tiers' })).not.toBeInTheDocument();
  expect(screen.queryByTestId('why-held')).not.toBeInTheDocument();
});
