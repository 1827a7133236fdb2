import { screen, waitFor } from '@testing-library/react';
import { notifications } from '@mantine/notifications';
import { http, HttpResponse } from 'msw';
import { afterEach, expect, it } from 'vitest';
import { useAgent } from '../../api/fleetApi';
import { agent, fleet, operatorPaused, tier1 } from '../../testing/fixtures';
import { answer, refuse } from '../../testing/handlers';
import { renderWithStore } from '../../testing/render';
import { server } from '../../testing/server';
import { AgentActions } from './AgentActions';
import { TierBadge } from './TierBadge';

afterEach(() => notifications.clean());

function Row({ name }: { name: string }) {
  const { agent: found } = useAgent(name);
  if (!found) return <p>loading</p>;
  return (
    <>
      <TierBadge agent={found} />
      <AgentActions agent={found} />
    </>
  );
}

const badge = (name: string) => screen.getByTestId(`agent-tier-badge-${name}`);

/** A daemon that holds its response until it is told to send it. */
function slow(path: string, response: () => Response) {
  let release = () => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  server.use(
    http.post(`*${path}`, async () => {
      await gate;
      return response();
    }),
  );
  return () => release();
}

it('shows a reset at once, posts it, and fetches the fleet again', async () => {
  const release = slow('/agents/reviewer-default/reset-tier', () => HttpResponse.json(tier1));
  const { user } = renderWithStore(<Row name="reviewer-default" />);
  await user.click(await screen.findByRole('button', { name: 'Reset reviewer-default to tier 1' }));
  await waitFor(() => expect(badge('reviewer-default')).toHaveTextContent('① claude-opus-4-7'));
  expect(screen.queryByTestId('agent-reset-reviewer-default')).not.toBeInTheDocument();
  expect(screen.getByTestId('agent-pause-reviewer-default')).toHaveFocus();

  // The daemon's response wins, even over the expected state.
  const later = { ...tier1, active_model: 'claude-opus-5' };
  server.use(answer('get', '/agents', [agent('reviewer-default', { provider_state: later })]));
  release();
  await waitFor(() => expect(badge('reviewer-default')).toHaveTextContent('① claude-opus-5'));
});

it('takes it back and says why when the daemon refuses', async () => {
  server.use(refuse('post', '/agents/{name}/reset-tier', 503, 'Unavailable', 'The state could not be written; nothing was changed.'));
  const { user } = renderWithStore(<Row name="reviewer-default" />);
  await user.click(await screen.findByTestId('agent-reset-reviewer-default'));
  expect(await screen.findByText('The state could not be written; nothing was changed.')).toBeInTheDocument();
  expect(badge('reviewer-default')).toHaveTextContent('② deepseek-v4-pro');
  expect(screen.getByTestId('agent-reset-reviewer-default')).toBeInTheDocument();
});

it('asks to sign in on 401', async () => {
  server.use(refuse('post', '/agents/{name}/pause', 401, 'Unauthorized', 'This call wants the operator.'));
  const { user } = renderWithStore(<Row name="writer-a" />);
  await user.click(await screen.findByRole('button', { name: 'Pause writer-a' }));
  expect(await screen.findByText(/This call wants the operator\. Sign in first/)).toBeInTheDocument();
  expect(badge('writer-a')).toHaveTextContent('① claude-opus-4-7');
});

it.each([
  ['Pause writer-a', 'pause', operatorPaused, '✕ paused', 'Resume writer-a'],
  ['Resume writer-b', 'unpause', tier1, '① claude-opus-4-7', 'Pause writer-b'],
])('%s posts %s', async (button, action, state, words, next) => {
  const name = button.split(' ')[1] ?? '';
  let posted = false;
  server.use(
    http.post(`*/agents/${name}/${action}`, () => {
      posted = true;
      return HttpResponse.json(state);
    }),
    http.get('*/agents', () =>
      HttpResponse.json(fleet.map((each) => (posted && each.name === name ? { ...each, provider_state: state } : each))),
    ),
  );
  const { user } = renderWithStore(<Row name={name} />);
  await user.click(await screen.findByRole('button', { name: button }));
  await waitFor(() => expect(badge(name)).toHaveTextContent(words));
  await waitFor(() => expect(posted).toBe(true));
  expect(screen.getByRole('button', { name: next })).toBeInTheDocument();
});
