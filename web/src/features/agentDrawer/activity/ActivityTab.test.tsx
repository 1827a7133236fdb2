import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { agent, minute, now } from '../../../testing/fixtures';
import { answer, refuse } from '../../../testing/handlers';
import { renderWithStore } from '../../../testing/render';
import { server } from '../../../testing/server';
import { agentDrawerApi } from '../agentDrawerApi';
import { activity, drawerHandlers, lifecycleEvent } from '../fixtures';
import { ActivityTab } from './ActivityTab';

const subject = agent('reviewer-default');

it('shows what happened in the words of the daemon, newest first', async () => {
  server.use(...drawerHandlers);
  renderWithStore(<ActivityTab agent={subject} />);
  const rows = within(await screen.findByRole('list', { name: /activity/i })).getAllByRole('listitem');
  expect(rows.map((row) => row.dataset['testid'])).toEqual([16, 15, 14, 13, 12, 11, 10].map((id) => `activity-event-${id}`));
  expect(screen.getByTestId('activity-event-13')).toHaveTextContent('reviewer-default started in 287 ms');
  expect(screen.getByTestId('activity-event-11')).toHaveTextContent('reviewer-default stopped after 12 min idle');
});

it('folds the log of a failure under its error', async () => {
  server.use(...drawerHandlers);
  const { user } = renderWithStore(<ActivityTab agent={subject} />);
  const failure = await screen.findByTestId('activity-event-12');
  expect(failure).toHaveTextContent('pull it, or mend container.image');
  const log = within(failure).getByText(/manifest unknown/);
  expect(log).not.toBeVisible();
  await user.click(within(failure).getByText('Log tail, 2 lines'));
  expect(log).toBeVisible();
});

it('leads to the sign-in in place of the words of a failure', async () => {
  const hidden = lifecycleEvent(12, 'lazy_start_failed', 'reviewer-default did not start', {
    detail: { error: 'lazy_start_failed', log_tail: 'lazy_start_failed' },
  });
  server.use(answer('get', '/session', { operator: false, role: 'none' }), answer('get', '/agents/{name}/lifecycle-events', [hidden]));
  renderWithStore(<ActivityTab agent={subject} />);
  expect(await screen.findByRole('link', { name: 'Sign in to read why' })).toHaveAttribute('href', '/settings#sign-in');
  expect(screen.queryByText(/Log tail/)).not.toBeInTheDocument();
});

it('shows a new event once the stream makes the list old', async () => {
  server.use(...drawerHandlers);
  const { store } = renderWithStore(<ActivityTab agent={subject} />);
  await screen.findByTestId('activity-event-16');
  const stopped = lifecycleEvent(17, 'lazy_stopped', 'reviewer-default stopped after 6 s idle', { ts: now + minute });
  server.use(answer('get', '/agents/{name}/lifecycle-events', [...activity, stopped]));
  store.dispatch(agentDrawerApi.util.invalidateTags([{ type: 'LifecycleEvents', id: 'reviewer-default' }]));
  expect(await screen.findByTestId('activity-event-17')).toHaveTextContent('stopped after 6 s idle');
});

it('keeps what it had when the daemon does not answer', async () => {
  server.use(...drawerHandlers);
  const { store } = renderWithStore(<ActivityTab agent={subject} />);
  await screen.findByTestId('activity-event-16');
  server.use(refuse('get', '/agents/{name}/lifecycle-events', 503, 'Service Unavailable', 'The disk is full.'));
  store.dispatch(agentDrawerApi.util.invalidateTags([{ type: 'LifecycleEvents', id: 'reviewer-default' }]));
  expect(await screen.findByRole('alert')).toHaveTextContent('The disk is full.');
  expect(screen.getByTestId('activity-event-16')).toBeInTheDocument();
  server.use(...drawerHandlers);
});

it('says why a host agent has no activity', async () => {
  server.use(answer('get', '/agents/{name}/lifecycle-events', []));
  renderWithStore(<ActivityTab agent={agent('writer-b', { mode: 'host', state: { lifecycle_state: null, lifecycle_metrics: null } })} />);
  expect(await screen.findByText('It runs on the host: there is no container to start or stop.')).toBeInTheDocument();
});
