import { configure, screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { expect, it, vi } from 'vitest';
import { fleetApi } from '../../api/fleetApi';
import type { Attempt } from '../../api/types';
import { backendChanged } from '../../shared/state';
import { renderWithStore } from '../../testing/render';
import { answer, refuse } from '../../testing/handlers';
import { server } from '../../testing/server';
import { attempt, refuseTranscript, rollout, rolloutId, running, Spool, world } from './testing/fixtures';
import { init, well } from './testing/recording';
import TranscriptDrawer from './TranscriptDrawer';

// Several test files share a slow machine.
configure({ asyncUtilTimeout: 5000 });
vi.setConfig({ testTimeout: 20_000 });

function show(attemptId: string | null = null) {
  return renderWithStore(<TranscriptDrawer rolloutId={rolloutId} attemptId={attemptId} />, { at: '/agents' });
}

const unfinished = rollout({ status: 'running', end_time: null });

it('waits for the first attempt', async () => {
  server.use(...world({ rollout: rollout({ status: 'queuing', end_time: null }), attempts: [] }));
  show();
  expect(await screen.findByText('Not started yet')).toBeVisible();
  expect(screen.getByRole('button', { name: 'Cancel…' })).toBeVisible();
});

it.each<[string, Attempt, string]>([
  ['running', running, 'Nothing written yet'],
  ['finished', attempt(1), 'The agent wrote nothing'],
])('says when nothing is written: %s', async (_name, each, title) => {
  server.use(...world({ attempts: [each], spool: '' }));
  show();
  expect(await screen.findByText(title)).toBeVisible();
});

it('says when the transcript is gone, and gives the answer that was kept', async () => {
  server.use(
    ...world({ spool: refuseTranscript(404, 'Not Found', 'The transcript is not there: the attempt has not begun, or it is gone.') }),
  );
  show();
  expect(await screen.findByText('The transcript is gone')).toBeVisible();
  expect(screen.getByText('It never stops.')).toBeVisible();
});

it('leads to the sign-in, and reads on once there is one', async () => {
  server.use(
    answer('get', '/session', { operator: false, role: 'none' }),
    ...world({ spool: refuseTranscript(401, 'Unauthorized', 'This call wants the operator’s token.') }),
  );
  const { store } = show();
  expect(await screen.findByText('Sign in to read transcripts')).toBeVisible();
  expect(screen.getByRole('link', { name: 'Go to Settings' })).toHaveAttribute('href', '/settings');
  server.use(answer('get', '/session', { operator: true, role: 'operator', name: 'operator' }), new Spool(well).handler);
  store.dispatch(fleetApi.util.invalidateTags(['Session']));
  expect(await screen.findByRole('heading', { name: 'Finished' })).toBeVisible();
});

it('keeps what is shown when the daemon goes away, and continues when it is back', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const spool = new Spool(init);
  server.use(...world({ rollout: unfinished, attempts: [running], spool: spool.handler }));
  show();
  await screen.findByRole('button', { name: /^Session/ });
  server.use(refuseTranscript(503, 'Unavailable', 'The store is busy.'));
  await vi.advanceTimersByTimeAsync(1000);
  const alert = await screen.findByRole('alert');
  expect(alert).toHaveTextContent('The store is busy.');
  expect(within(alert).getByRole('button', { name: 'Retry' })).toBeVisible();
  expect(screen.getByRole('button', { name: /^Session/ })).toBeVisible();
  server.use(spool.handler);
  await vi.advanceTimersByTimeAsync(1000);
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
});

it('says what is wrong with the rollout, and tries again', async () => {
  server.use(refuse('get', '/rollouts/{id}', 404, 'Not Found', 'There is no such rollout.'), answer('get', '/rollouts/{id}/attempts', []));
  const { user } = show();
  expect(await screen.findByText('There is no such rollout.')).toBeVisible();
  server.use(...world({ spool: well }));
  await user.click(screen.getByRole('button', { name: 'Retry' }));
  expect(await screen.findByRole('heading', { name: 'Finished' })).toBeVisible();
});

it('reads on with a token that comes later', async () => {
  const away = { address: 'http://daemon.test', token: null };
  const asked = vi.fn();
  const spool = new Spool(well);
  server.use(
    answer('get', '/session', { operator: false, role: 'none' }),
    http.get('http://daemon.test/rollouts/:id/attempts/:aid/transcript', ({ request }) => {
      asked(request.headers.get('Authorization'));
      return request.headers.has('Authorization')
        ? undefined
        : HttpResponse.json({ type: 'about:blank', title: 'Unauthorized', status: 401, detail: 'No.' }, { status: 401 });
    }),
    ...world({ spool: spool.handler }),
  );
  const { store, user } = renderWithStore(<TranscriptDrawer rolloutId={rolloutId} attemptId={null} />, { state: { backend: away } });
  await screen.findByText('Sign in to read transcripts');
  store.dispatch(backendChanged({ ...away, token: 'secret' }));
  await user.click(screen.getByRole('button', { name: 'Retry' }));
  expect(await screen.findByRole('heading', { name: 'Finished' })).toBeVisible();
  expect(asked).toHaveBeenLastCalledWith('Bearer secret');
});

it('knows an attempt that is not there', async () => {
  server.use(...world({ spool: well }));
  show('at-nowhere');
  expect(await screen.findByText('There is no such attempt')).toBeVisible();
});
