import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { agent } from '../../../testing/fixtures';
import { renderWithStore } from '../../../testing/render';
import { server } from '../../../testing/server';
import { activity, drawerHandlers, manyStarts, start } from '../fixtures';
import { coldStartsOf, scaleTop } from './coldStarts';
import { LifecycleTab } from './LifecycleTab';

it('takes the last starts out of the events, with their phases', () => {
  expect(coldStartsOf(activity, 2).map(({ id, totalMs }) => [id, totalMs])).toEqual([
    [13, 287],
    [16, 340],
  ]);
  expect(coldStartsOf(activity, 1)[0]?.phases).toEqual({ queued: 0, create: 210, start: 70, probe: 60 });
  expect(coldStartsOf(manyStarts, 24)).toHaveLength(24);
});

it.each([
  [287, 500],
  [1, 1],
  [1001, 2000],
  [100, 100],
])('scales %i ms to %i ms', (ms, top) => {
  expect(scaleTop(coldStartsOf([start(1, [0, ms, 0, 0])], 1))).toBe(top);
});

it('shows figures, and the phases of each start as a table for those who do not see the bars', async () => {
  server.use(...drawerHandlers);
  renderWithStore(<LifecycleTab agent={agent('reviewer-default')} />);
  const rows = within(await screen.findByRole('table', { name: /cold starts by phase/i })).getAllByRole('row');
  expect(rows).toHaveLength(4);
  expect(
    within(rows[1] ?? document.body)
      .getAllByRole('cell')
      .map((cell) => cell.textContent)
      .slice(1),
  ).toEqual(['340 ms', '0 ms', '210 ms', '70 ms', '60 ms']);
  const figure = (name: string) => screen.getByText(name, { selector: 'dt' }).nextElementSibling;
  expect(figure('p50')).toHaveTextContent('287 ms');
  expect(figure('p95')).toHaveTextContent('900 ms');
  expect(figure('max')).toHaveTextContent('1.1 s');
  expect(figure('starts')).toHaveTextContent('12');
  expect(figure('failed starts')).toHaveTextContent('✕ 1');
  expect(figure('crashes')).toHaveTextContent(/^0$/);
  expect(figure('idle in total')).toHaveTextContent('2h 24m');
});

it('says that a hot agent has nothing to count', () => {
  renderWithStore(<LifecycleTab agent={agent('writer-a', { state: { lifecycle_state: null, lifecycle_metrics: null } })} />);
  expect(screen.getByText(/It is hot: kept running/)).toBeInTheDocument();
});
