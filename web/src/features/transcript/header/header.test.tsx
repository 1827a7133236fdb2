import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Attempt } from '../../../api/types';
import { answer, asViewer } from '../../../testing/handlers';
import { renderWithStore } from '../../../testing/render';
import { server } from '../../../testing/server';
import { attempt, overloadedAttempt, rollout, running } from '../testing/fixtures';
import { RolloutHeader } from './RolloutHeader';

const nobody = answer('get', '/session', { operator: false, role: 'none' });
const viewer = asViewer;
const show = (shown: Attempt, over: Parameters<typeof rollout>[0] = {}) =>
  renderWithStore(<RolloutHeader rollout={rollout(over)} attempts={[shown]} attempt={shown} onAttempt={() => undefined} />);

describe('how the process ended', () => {
  it.each([
    [{ exit_code: 0 }, 'exit code 0', 'false'],
    [{ exit_code: 137, signal: 9, oom: true }, 'out of memory, killed by SIGKILL', 'true'],
  ])('%j', (metadata, words, bad) => {
    show(attempt(1, { metadata }));
    expect(screen.getByText(words)).toHaveAttribute('data-bad', bad);
  });
});

it('says that it is being ended, until it has', () => {
  const metadata = { ending: { why: 'cancelled', means: 'kill', asked: 3 } };
  show(attempt(1, { status: 'running', end_time: null, metadata }), { status: 'running', end_time: null });
  expect(screen.getByText('◌ being ended, asked 3 times')).toBeVisible();
  expect(screen.queryByText(/exit code/)).not.toBeInTheDocument();
});

it('says what the limit on output is', () => {
  show(
    attempt(1, {
      status: 'failed',
      metadata: { verdict: { kind: 'task_error', failover: false, rule: 'output-limit', evidence: '256 MiB' } },
    }),
  );
  expect(screen.getByText(/Rule output-limit\. It wrote more than agent\.max_output_mb allows/)).toBeVisible();
});

it.each(['__proto__', 'constructor'])('takes the rule of a client for a word: %s', (rule) => {
  show(attempt(1, { status: 'failed', metadata: { verdict: { kind: 'task_error', failover: false, rule, evidence: 'x' } } }));
  expect(screen.getByText(new RegExp(`Rule ${rule}\\.`))).toBeVisible();
});

describe('without a sign-in', () => {
  const hidden = attempt(1, {
    ...overloadedAttempt,
    metadata: { verdict: { kind: 'server_error', failover: true, rule: 'overloaded', evidence: 'overloaded' }, output: '•••' },
  });

  it('is led to the sign-in in place of the task and of what it said', async () => {
    server.use(nobody);
    show(hidden, { input: '•••' });
    expect(await screen.findByRole('link', { name: 'Sign in to read the task' })).toHaveAttribute('href', '/settings#sign-in');
    expect(screen.getByRole('link', { name: 'Sign in to read what it said' })).toBeVisible();
    expect(document.body).not.toHaveTextContent('undefined');
  });

  it('is not what a viewer is', async () => {
    server.use(viewer);
    show(overloadedAttempt);
    expect(await screen.findByText('“API Error: 529 Overloaded”')).toBeVisible();
  });
});

it('offers a viewer no cancelling', async () => {
  server.use(viewer);
  show(running, { status: 'running', end_time: null });
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Cancel…' })).not.toBeInTheDocument());
});
