import { screen, waitFor, within } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { expect, it } from 'vitest';
import { agent, exhausted } from '../../../testing/fixtures';
import { refuse } from '../../../testing/handlers';
import { renderWithStore } from '../../../testing/render';
import { server } from '../../../testing/server';
import { sentTask } from '../fixtures';
import { keepDraft } from './taskDraft';
import { TaskTab, waitingInWords } from './TaskTab';

function show(over = {}) {
  keepDraft('reviewer-default', null);
  return renderWithStore(<TaskTab agent={agent('reviewer-default', over)} />, { at: '/agents/reviewer-default?tab=task' });
}

const input = () => screen.getByRole('textbox', { name: 'Input' });
const send = () => screen.getByRole('button', { name: 'Send' });

/** Pasted: typing letter by letter is not what is tested here. */
async function fill(user: UserEvent, field: HTMLElement, text: string) {
  await user.click(field);
  await user.paste(text);
}

/** Accepts tasks and records what was sent. */
function taking(): unknown[] {
  const bodies: unknown[] = [];
  server.use(
    http.post('*/agents/reviewer-default/tasks', async ({ request }) => {
      bodies.push(await request.json());
      return HttpResponse.json(sentTask, { status: 201 });
    }),
  );
  return bodies;
}

it('posts what was typed, then leads to the transcript', async () => {
  const bodies = taking();
  const { user } = show();
  await fill(user, input(), 'Review the last commit.');
  await user.click(screen.getByRole('button', { name: /Metadata, timeout, attempts/ }));
  await fill(user, await screen.findByRole('textbox', { name: 'Metadata' }), '{"ticket": "A-1"}');
  await fill(user, screen.getByRole('textbox', { name: 'Timeout' }), '90');
  await fill(user, screen.getByRole('textbox', { name: 'Maximum attempts' }), '2');
  await user.click(send());
  const sent = await screen.findByRole('status');
  expect(bodies).toEqual([
    { input: 'Review the last commit.', metadata: { ticket: 'A-1' }, config: { timeout_seconds: 90, max_attempts: 2 } },
  ]);
  expect(within(sent).getByRole('link')).toHaveAttribute('href', '/agents/reviewer-default?tab=task&transcript=ro-7a01b2c3d4e5');
  expect(input()).toHaveValue('');
});

it('sends JSON as JSON, by Ctrl + Enter too', async () => {
  const bodies = taking();
  const { user } = show();
  await user.click(screen.getByRole('radio', { name: 'JSON' }));
  await fill(user, input(), '{"pr": 17}');
  await user.keyboard('{Control>}{Enter}{/Control}');
  await screen.findByRole('status');
  expect(bodies).toEqual([{ input: { pr: 17 } }]);
});

it('keeps the text when the daemon refuses, also while something else is looked at', async () => {
  server.use(refuse('post', '/agents/{name}/tasks', 507, 'Insufficient Storage', 'The disk is full.'));
  const { user, unmount } = show();
  await fill(user, input(), 'Review the last commit.');
  await user.click(send());
  expect(await screen.findByRole('alert')).toHaveTextContent('The disk is full.What you typed is kept.');
  expect(input()).toHaveValue('Review the last commit.');
  unmount();
  renderWithStore(<TaskTab agent={agent('reviewer-default')} />);
  expect(input()).toHaveValue('Review the last commit.');
});

it('shows the problems of a 422 at their fields, unfolding them', async () => {
  const errors = [{ path: '/config/max_attempts', reason: 'must be an integer from 1 to 1000, got 0' }];
  server.use(
    http.post('*/agents/:name/tasks', () =>
      HttpResponse.json(
        { type: 'about:blank', title: 'Unprocessable', status: 422, detail: 'The task cannot be taken as it is.', errors },
        { status: 422 },
      ),
    ),
  );
  const { user } = show();
  await fill(user, input(), 'x');
  await user.click(send());
  await waitFor(() =>
    expect(screen.getByRole('textbox', { name: 'Maximum attempts' })).toHaveAccessibleDescription(/from 1 to 1000, got 0/),
  );
  expect(screen.queryByRole('alert')).toBeNull();
});

it('asks nothing of the daemon for an empty task', async () => {
  const bodies = taking();
  const { user } = show();
  await user.click(send());
  expect(input()).toHaveAccessibleDescription('Say what the agent should do.');
  expect(bodies).toEqual([]);
});

it.each([
  [{}, 'No task waits.'],
  [{ queue_depth: 1, current_rollout_id: 'ro-1' }, '1 task waits. One is running.'],
  [{ queue_depth: 3, provider_state: exhausted }, '3 tasks wait. The agent is paused: a task is kept until it resumes.'],
])('tells the queue of %j', (over, words) => {
  expect(waitingInWords(agent('reviewer-default', over))).toBe(words);
});
