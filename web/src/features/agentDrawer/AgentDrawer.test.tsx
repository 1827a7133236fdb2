import { screen, waitFor } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { useLocation } from 'react-router';
import { describe, expect, it } from 'vitest';
import { drawerOf } from '../../shared/drawer';
import { agent, exhausted, metrics, tier2 } from '../../testing/fixtures';
import { answer, asViewer, refuse } from '../../testing/handlers';
import { waitsForKey } from '../../testing/providers';
import { renderWithStore } from '../../testing/render';
import { server } from '../../testing/server';
import type { LifecycleState } from '../../api/types';
import AgentDrawer from './AgentDrawer';
import { drawerHandlers } from './fixtures';

/** As app/DrawerHost.tsx does it: the address says what is shown. */
function Host() {
  const content = drawerOf(useLocation());
  return content?.kind === 'agent' ? <AgentDrawer name={content.name} tab={content.tab} /> : <p>nothing</p>;
}

function open(at: string) {
  server.use(...drawerHandlers);
  return renderWithStore(<Host />, { at });
}

function inState(state: LifecycleState) {
  server.use(answer('get', '/agents', [agent('reviewer-default', { state: { lifecycle_state: state, lifecycle_metrics: metrics } })]));
}

it.each([
  ['', 'Provider chain'],
  ['?tab=activity', 'Activity'],
  ['?tab=lifecycle', 'Lifecycle'],
  ['?tab=why', 'Why'],
  ['?tab=task', 'Send a task'],
  ['?tab=nonsense', 'Provider chain'],
])('opens the tab of the address "%s"', async (search, name) => {
  open(`/agents/reviewer-default${search}`);
  expect(await screen.findByRole('tab', { name })).toHaveAttribute('aria-selected', 'true');
});

it('puts the tab into the address, and lets the arrow keys choose it', async () => {
  const { router, user } = open('/agents/reviewer-default');
  await user.click(await screen.findByRole('tab', { name: 'Activity' }));
  expect(router.state.location.search).toBe('?tab=activity');
  await user.keyboard('{ArrowRight}');
  expect(router.state.location.search).toBe('?tab=lifecycle');
  expect(screen.getByRole('tab', { name: 'Lifecycle' })).toHaveFocus();
  expect(await screen.findByText('Starts and stops')).toBeInTheDocument();
});

it('says in its head what is wrong and what it is', async () => {
  open('/agents/reviewer-default?tab=task');
  expect(await screen.findByText('② deepseek-v4-pro')).toBeInTheDocument();
  expect(screen.getByText(/^On tier 2: rate_limit/)).toBeInTheDocument();
  expect(screen.getByText(/reviewer · docker · busy/)).toBeInTheDocument();
  expect(screen.getByRole('link', { name: /running task/ })).toHaveAttribute(
    'href',
    '/agents/reviewer-default?tab=task&transcript=ro-41f7c2e9ab03',
  );
  expect(screen.getByRole('button', { name: /Reset/ })).toBeInTheDocument();
});

it('says what its tasks wait for', async () => {
  server.use(answer('get', '/agents', [agent('reviewer-default', { provider_state: exhausted, held: waitsForKey })]));
  open('/agents/reviewer-default?tab=task');
  expect(await screen.findByTestId('agent-drawer-held')).toHaveTextContent('Holds 3 tasks: waits for anthropic (key not set)');
});

it('marks one that leaves', async () => {
  server.use(answer('get', '/agents', [agent('reviewer-default', { provider_state: tier2, leaving: true })]));
  open('/agents/reviewer-default?tab=task');
  expect(await screen.findByText('leaving')).toBeInTheDocument();
});

it('says so when there is no such agent, with a way back', async () => {
  open('/agents/nobody');
  expect(await screen.findByRole('heading', { name: 'There is no agent nobody' })).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'All agents' })).toHaveAttribute('href', '/agents');
});

describe('starting and stopping', () => {
  it('starts a stopped one', async () => {
    inState('stopped');
    const { user } = open('/agents/reviewer-default?tab=task');
    await screen.findByRole('button', { name: 'Start' });
    server.use(
      http.post('*/agents/reviewer-default/start', () => {
        inState('ready');
        return new HttpResponse(null, { status: 202 });
      }),
    );
    await user.click(screen.getByRole('button', { name: 'Start' }));
    expect(await screen.findByRole('button', { name: 'Stop' })).toBeInTheDocument();
  });

  it('stops a busy one only after a second look', async () => {
    inState('busy');
    const asked: string[] = [];
    const { user } = open('/agents/reviewer-default?tab=task');
    await screen.findByRole('button', { name: 'Stop' });
    server.use(
      http.post('*/agents/reviewer-default/stop', ({ request }) => {
        const { search } = new URL(request.url);
        asked.push(search);
        if (search === '?force=1') return new HttpResponse(null, { status: 202 });
        return HttpResponse.json(
          { type: 'about:blank', title: 'Conflict', status: 409, detail: 'reviewer-default runs ro-1.' },
          { status: 409 },
        );
      }),
    );
    await user.click(screen.getByRole('button', { name: 'Stop' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('reviewer-default runs ro-1.');
    await user.click(screen.getByRole('button', { name: 'Stop anyway' }));
    expect(asked).toEqual(['']);
    await user.click(screen.getByRole('button', { name: 'Stop and requeue' }));
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
    expect(asked).toEqual(['', '?force=1']);
  });

  it('offers a viewer neither that nor a task', async () => {
    inState('paused');
    server.use(asViewer);
    open('/agents/reviewer-default?tab=task');
    expect(await screen.findByText(/an operator sends tasks/)).toBeVisible();
    expect(screen.getByText(/Somebody paused its container/)).toBeVisible();
    for (const name of ['Start', 'Stop', /^Pause/]) expect(screen.queryByRole('button', { name })).not.toBeInTheDocument();
  });

  it('asks the signed-out to sign in', async () => {
    inState('stopped');
    const { user } = open('/agents/reviewer-default?tab=task');
    server.use(refuse('post', '/agents/{name}/start', 401, 'Unauthorized', "This call wants the operator's token."));
    await user.click(await screen.findByRole('button', { name: 'Start' }));
    expect(await screen.findByRole('link', { name: 'Sign in' })).toBeInTheDocument();
  });
});
