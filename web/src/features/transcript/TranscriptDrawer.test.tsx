import { configure, screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { expect, it, vi } from 'vitest';
import { violationsOf } from '../../testing/axe';
import { renderWithStore } from '../../testing/render';
import { answer, refuse } from '../../testing/handlers';
import { server } from '../../testing/server';
import {
  attempt,
  notStarted,
  onTierTwo,
  overloadedAttempt,
  refuseTranscript,
  rollout,
  rolloutId,
  running,
  Spool,
  world,
} from './testing/fixtures';
import { assistant, init, line, longRun, overloaded, retryLine, toolResult, well } from './testing/recording';
import TranscriptDrawer from './TranscriptDrawer';
import { transcriptApi } from './transcriptApi';

// Several test files share a slow machine.
configure({ asyncUtilTimeout: 5000 });
vi.setConfig({ testTimeout: 20_000 });

function show(attemptId: string | null = null) {
  return renderWithStore(<TranscriptDrawer rolloutId={rolloutId} attemptId={attemptId} />, { at: '/agents' });
}

const unfinished = rollout({ status: 'running', end_time: null });

function rowTexts(): string[] {
  return within(screen.getByRole('list', { name: 'Conversation' }))
    .getAllByRole('listitem')
    .map((row) => row.textContent);
}

it('shows a run as a conversation', async () => {
  server.use(...world({ spool: well }));
  const { container, user } = show();
  const bash = await screen.findByRole('button', { name: /Bash ls -la .* ✓ 4 lines/ });
  expect(rowTexts()).toHaveLength(9);
  expect(screen.getAllByRole('heading', { name: 'Assistant', level: 3 })).toHaveLength(2);
  expect(screen.getByText('def retry():', { exact: false }).tagName).toBe('PRE');
  expect(screen.getByRole('button', { name: /Read \/workspace\/nothing.py .*✕ failed/ })).toHaveAttribute('aria-expanded', 'false');
  expect(screen.getAllByText('5 turns · 35.1 s · $0.26 · 5.3k in · 81k cached · 480 out', { exact: false })).toHaveLength(2);

  expect(bash).toHaveAttribute('aria-expanded', 'false');
  await user.click(bash);
  expect(bash).toHaveAttribute('aria-expanded', 'true');
  expect(screen.getByRole('heading', { name: 'command' })).toBeVisible();
  expect(screen.getByText(/-rw-r--r-- 1 dev dev/)).toBeVisible();
  await user.click(screen.getByRole('button', { name: /^Thinking/ }));
  expect(await violationsOf(container)).toEqual([]);
});

it('says once per message what it used', async () => {
  server.use(...world({ spool: well }));
  show();
  await screen.findByRole('button', { name: /^Thinking .*1.3k in · 8.3k cached/ });
  expect(screen.getAllByText('1.3k in · 8.3k cached')).toHaveLength(1);
});

it('marks retries and errors with a glyph and a word, and gives the verdict', async () => {
  server.use(...world({ attempts: [overloadedAttempt, onTierTwo], spool: overloaded }));
  const { user, router } = show(overloadedAttempt.attempt_id);
  expect(await screen.findByRole('button', { name: /Retry 2 of 5 529 overloaded in 1 s/ })).toBeVisible();
  expect(screen.getByRole('heading', { name: 'Error 529 · overloaded' })).toHaveTextContent('✕');
  expect(screen.getByRole('heading', { name: 'Failed: api_error' })).toHaveTextContent('✕');
  const verdict = screen.getByRole('region', { name: 'Verdict' });
  expect(verdict).toHaveTextContent('server_error: the provider is to blame');
  expect(verdict).toHaveTextContent('Rule overloaded. Another tier could serve this task. The provider asks to wait 1m 30s.');
  expect(verdict).toHaveTextContent('“API Error: 529 Overloaded”');

  const chooser = screen.getByRole('combobox', { name: 'Attempt' });
  expect(chooser).toHaveDisplayValue('Attempt 1 of 2 · failed · ① claude-opus-4-7');
  await user.selectOptions(chooser, 'Attempt 2 of 2 · succeeded · ② deepseek-v4-pro');
  expect(router.state.location.search).toBe(`?transcript=${rolloutId}`);
});

it('says why an attempt never ran', async () => {
  server.use(
    ...world({
      attempts: [notStarted],
      spool: refuseTranscript(404, 'Not Found', 'The transcript is not there: the attempt has not begun, or it is gone.'),
    }),
  );
  show();
  expect(await screen.findByRole('region', { name: 'Verdict' })).toHaveTextContent('The attempt ended without a result');
  expect(screen.getByText('No such image: reviewer:9')).toBeVisible();
});

it.each([
  ['cancelled', 'The attempt was cancelled'],
  ['instance_removed', 'The attempt was cancelled: its agent was removed'],
  ['instance_crashed: the task disappeared without an exit status', 'The agent’s instance crashed'],
  ['drain_forced', 'The task was ended: its container is replaced'],
  ['constructor', 'The attempt ended without a result'],
])('says why an attempt was broken off: %s', async (error, title) => {
  server.use(...world({ attempts: [attempt(1, { status: 'failed', metadata: { error } })], spool: init }));
  show();
  expect(await screen.findByRole('heading', { name: title })).toBeVisible();
});

it('shows markup in a transcript as text', async () => {
  const evil = '<img src=x onerror=alert(1)><script>alert(2)</script>';
  const spool =
    init + assistant({ id: 'm', content: [{ type: 'text', text: evil }] }) + toolResult('t', evil) + `${evil}\n` + line({ type: evil });
  server.use(...world({ spool }));
  const { container } = show();
  expect(await screen.findAllByText(evil, { exact: false })).not.toHaveLength(0);
  expect(container.querySelector('img, script')).toBeNull();
});

it('shows plain output as text and unknown JSON folded', async () => {
  server.use(...world({ spool: `\u001b[31mnpm warn\u001b[0m old lockfile\nbuilding\n${line({ type: 'new_kind', deep: { a: 1 } })}` }));
  const { user } = show();
  expect((await screen.findByText(/npm warn old lockfile/)).tagName).toBe('PRE');
  const fold = screen.getByRole('button', { name: 'new_kind' });
  await user.click(fold);
  expect(screen.getByText(/"deep"/)).toHaveTextContent('"a": 1');
});

it('clips a long text and shows all of it on demand', async () => {
  server.use(...world({ spool: assistant({ id: 'm', content: [{ type: 'text', text: 'word '.repeat(2000) + 'the end' }] }) }));
  const { user } = show();
  const more = await screen.findByRole('button', { name: 'Show all 10,007 characters' });
  expect(screen.queryByText(/the end/)).toBeNull();
  await user.click(more);
  expect(screen.getByText(/the end/)).toBeVisible();
});

it('follows a running task and stops when it is over', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const spool = new Spool(init);
  server.use(...world({ rollout: unfinished, attempts: [running], spool: spool.handler }));
  const { store } = show();
  expect(await screen.findByRole('button', { name: /^Session/ })).toBeVisible();
  expect(screen.getByRole('switch', { name: 'Follow' })).toBeChecked();

  spool.write(retryLine.slice(0, 30));
  await vi.advanceTimersByTimeAsync(1000);
  expect(await screen.findByRole('button', { name: 'A line is being written…' })).toBeVisible();
  spool.write(retryLine.slice(30));
  await vi.advanceTimersByTimeAsync(1000);
  expect(await screen.findByRole('button', { name: /^Retry/ })).toBeVisible();
  expect(spool.asked.at(-1)).toMatch(/^bytes=\d+-\d+$/);

  spool.write(well.slice(init.length));
  server.use(answer('get', '/rollouts/{id}/attempts', [attempt(1)]));
  store.dispatch(transcriptApi.util.invalidateTags([{ type: 'Rollouts', id: rolloutId }]));
  expect(await screen.findByRole('heading', { name: 'Finished' })).toBeVisible();
  await waitFor(() => expect(screen.queryByRole('switch')).toBeNull());
  spool.asked = [];
  await vi.advanceTimersByTimeAsync(5000);
  expect(spool.asked).toEqual([]);
});

it('does not ask while nobody looks', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const spool = new Spool(init);
  server.use(...world({ rollout: unfinished, attempts: [running], spool: spool.handler }));
  show();
  await screen.findByRole('button', { name: /^Session/ });
  const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  document.dispatchEvent(new Event('visibilitychange'));
  await vi.advanceTimersByTimeAsync(1000);
  spool.asked = [];
  await vi.advanceTimersByTimeAsync(5000);
  expect(spool.asked).toEqual([]);
  visibility.mockReturnValue('visible');
  document.dispatchEvent(new Event('visibilitychange'));
  await waitFor(() => expect(spool.asked).not.toEqual([]));
});

it('opens a large transcript at its end and loads what is earlier on demand', async () => {
  const spool = new Spool(longRun(17 * 1024 * 1024));
  server.use(...world({ spool: spool.handler }));
  const { user } = show();
  expect(await screen.findByText(/^Last 1 MB of/)).toBeVisible();
  expect(spool.asked).toEqual(['bytes=-1048576']);
  await user.click(screen.getByRole('button', { name: 'Load earlier' }));
  expect(await screen.findByText(/^Last 5.2 MB of/)).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Load all' }));
  await waitFor(() => expect(screen.queryByText(/^Last/)).toBeNull(), { timeout: 10_000 });
});

it('shows the file line by line', async () => {
  server.use(...world({ spool: 'one\ntwo\n\nfour' }));
  const { user } = show();
  await user.click(await screen.findByRole('radio', { name: 'Raw' }));
  const rows = within(screen.getByRole('list', { name: 'Raw transcript' })).getAllByRole('listitem');
  expect(rows.map((row) => row.textContent)).toEqual(['1one', '2two', '3\u00a0', '4four']);
  expect(screen.getByRole('button', { name: 'Download' })).toBeEnabled();
  await user.click(screen.getByRole('button', { name: 'Copy' }));
  expect(await navigator.clipboard.readText()).toBe('one\ntwo\n\nfour');
});

it('asks before it cancels', async () => {
  const cancelled = vi.fn();
  server.use(
    ...world({ rollout: unfinished, attempts: [running], spool: init }),
    http.post('*/rollouts/:id', async ({ request }) => {
      cancelled(await request.json());
      return HttpResponse.json(rollout({ status: 'cancelled' }));
    }),
  );
  const { user } = show();
  await user.click(await screen.findByRole('button', { name: 'Cancel…' }));
  expect(cancelled).not.toHaveBeenCalled();
  server.use(answer('get', '/rollouts/{id}', rollout({ status: 'cancelled' })));
  await user.click(await screen.findByRole('button', { name: 'Cancel the rollout' }));
  await waitFor(() => expect(cancelled).toHaveBeenCalledWith({ status: 'cancelled' }));
  expect(await screen.findByText('cancelled')).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Cancel…' })).toBeNull();
});

it('says why a rollout was not cancelled', async () => {
  server.use(
    ...world({ rollout: unfinished, attempts: [running], spool: init }),
    refuse('post', '/rollouts/{id}', 422, 'Unprocessable', 'The rollout has ended already.'),
  );
  const { user } = show();
  await user.click(await screen.findByRole('button', { name: 'Cancel…' }));
  await user.click(await screen.findByRole('button', { name: 'Cancel the rollout' }));
  expect(await screen.findByText('The rollout has ended already.')).toBeVisible();
});
