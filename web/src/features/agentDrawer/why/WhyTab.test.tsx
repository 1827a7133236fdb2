import { screen, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { agent, now, tier2 } from '../../../testing/fixtures';
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
