import { act, screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { api } from '../../api/api';
import type { Provider } from '../../api/types';
import { clock } from '../../shared/format';
import { agent, exhausted, minute, now, tier2 } from '../../testing/fixtures';
import { answer, asViewer, refuse } from '../../testing/handlers';
import { calmProviders, due, model, outOfQuota, provider, waitsForQuota } from '../../testing/providers';
import { renderRoutes } from '../../testing/render';
import { server } from '../../testing/server';
import { everyState, manyAgents } from './fixtures';
import ProvidersPage from './ProvidersPage';

const open = () =>
  renderRoutes(
    [
      { path: '/providers', element: <ProvidersPage /> },
      { path: '*', element: <p>elsewhere</p> },
    ],
    { at: '/providers' },
  );
const section = (name: string) => screen.findByRole('region', { name: `Provider ${name}` });
const sections = () => screen.getAllByRole('region').map((region) => region.getAttribute('aria-label')?.replace('Provider ', ''));
const rows = (region: HTMLElement) => within(within(region).getByRole('list', { name: /^Accounts and models/ })).getAllByRole('listitem');
const buttons = (region: HTMLElement) => within(region).queryAllByRole('button', { name: /^(Try|Reset)/ });
const signedOut = answer('get', '/session', { operator: false, role: 'none' });
const quotaOut: Provider = provider('anthropic', {
  accounts: [{ id: 'ac-1', health: outOfQuota }],
  models: [model('claude-opus-4-7', [])],
});

beforeEach(() => {
  vi.setSystemTime(now);
  server.use(answer('get', '/providers', everyState));
});

describe('the page', () => {
  it('shows the worst first, and says above all what is wrong', async () => {
    server.use(
      answer('get', '/agents', [
        agent('reviewer-default', { provider_state: tier2 }),
        agent('writer-a', { provider_state: exhausted, held: waitsForQuota }),
      ]),
    );
    open();
    await section('anthropic');
    expect(sections()).toEqual(['keyless', 'anthropic', 'deepseek', 'moonshot', 'zai', 'ollama', 'spare']);
    const told = await screen.findByText(/^anthropic is out until/);
    await waitFor(() => expect(told).toHaveTextContent('(quota): 1 agent on ②, 1 holds 3 tasks.'));
    expect(screen.getByText('deepseek-v4-pro of deepseek does not understand its agents: 400 unknown beta flag.')).toBeVisible();
  });

  it('says of an account how it is, why, since when, and who saw it', async () => {
    open();
    const [shared, own, opus] = rows(await section('anthropic'));
    expect(shared).toHaveTextContent(
      `out until ${clock(now + 12 * minute, now)}(in 12m)the allowance is used up: 429 quota · 47m ago, seen by reviewer-default`,
    );
    expect(own).toHaveTextContent(/^Own login ac-own.*serving.*of writer-b/);
    expect(opus).toHaveTextContent(/^claude-opus-4-7as its accountwriter-a, writer-b$/);
  });

  it.each([
    ['moonshot', /on trial by reviewer-b/],
    ['zai', /coming back, 4 places/],
    ['keyless', /without a keyANTHROPIC_API_KEY is not set/],
    ['ollama', /serving/],
  ])('says of %s: %s', async (name, words) => {
    open();
    expect(rows(await section(name))[0]).toHaveTextContent(words);
  });

  it('says whom a health is about where that is not plain', async () => {
    open();
    const [, pro, lite] = rows(await section('deepseek'));
    expect(pro).not.toHaveTextContent('only');
    expect(lite).toHaveTextContent('one agent only');
  });

  it('counts calls, errors, tokens, and what is held', async () => {
    server.use(answer('get', '/agents', [agent('writer-a', { provider_state: exhausted, held: waitsForQuota })]));
    open();
    const region = await section('anthropic');
    await waitFor(() =>
      expect(region).toHaveTextContent(
        '120 calls in the last hour, 3 failed: 2 quota, 1 rate_limit · 1.2M tokens in, 50k out in the last 5 h · ' +
          'first token in 420 ms, 95 % within 1.1 s · 1 agent holds 3 tasks for it',
      ),
    );
    expect(await section('ollama')).toHaveTextContent('no calls in the last hour · no tokens in the last 5 h');
    expect(await section('moonshot')).toHaveTextContent('120 calls in the last hour, none failed');
    expect(await section('spare')).toHaveTextContent('In no agent’s chain.');
  });

  it('names configuration faults', async () => {
    open();
    const faults = within(await section('deepseek')).getByRole('list', { name: 'Configuration faults' });
    expect(faults).toHaveTextContent('deepseek-v4-pro refused 3 tasks since 1h ago: 400 unknown beta flag');
    expect(within(await section('anthropic')).queryByRole('list', { name: 'Configuration faults' })).not.toBeInTheDocument();
  });

  it('leads to the agents, and of a thousand to the rest', async () => {
    server.use(answer('get', '/providers', manyAgents));
    open();
    const region = await section('anthropic');
    expect(within(region).getByRole('link', { name: 'worker-0' })).toHaveAttribute('href', '/agents/worker-0');
    expect(within(region).getAllByRole('link')).toHaveLength(7);
    expect(within(region).getByRole('link', { name: '994 more' })).toHaveAttribute('href', '/agents?q=claude-opus-4-7');
  });

  it('leads to the agents on a model with its row, which leaves the buttons their clicks', async () => {
    const { user, router } = open();
    const [, pro, lite] = rows(await section('deepseek'));
    await user.click(within(pro as HTMLElement).getByText('deepseek-v4-pro'));
    expect(router.state.location).toMatchObject({ pathname: '/agents', search: '?q=deepseek-v4-pro' });
    expect(lite).not.toHaveAttribute('data-opens'); // nobody is on it
  });

  it('has a quiet line when all is well', async () => {
    server.use(answer('get', '/providers', calmProviders));
    open();
    expect(await screen.findByText('All is well: 3 providers serve.')).toBeVisible();
    expect(screen.queryByRole('button', { name: /^(Try|Reset)/ })).not.toBeInTheDocument();
  });
});

describe('try now', () => {
  it('asks for the whole provider, and for one model where only that is out', async () => {
    const asked: unknown[] = [];
    server.use(
      http.post('*/providers/:name/try', async ({ request, params }) => {
        const body = await request.text();
        asked.push([params['name'], body === '' ? null : JSON.parse(body)]);
        server.use(answer('get', '/providers', [{ ...quotaOut, accounts: [{ id: 'ac-1', health: due }] }, ...everyState.slice(2)]));
        return new HttpResponse(null, { status: 202 });
      }),
    );
    const { user } = open();
    await user.click(await screen.findByRole('button', { name: 'Try now: anthropic' }));
    expect(await screen.findByText('due, not tried yet')).toBeVisible();
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Try now: anthropic' })).not.toBeInTheDocument());
    expect(await section('anthropic')).toHaveFocus();
    await user.click(screen.getByRole('button', { name: 'Try now: deepseek-v4-pro of deepseek' }));
    await waitFor(() =>
      expect(asked).toEqual([
        ['anthropic', null],
        ['deepseek', { model: 'deepseek-v4-pro' }],
      ]),
    );
  });

  it('tells a 409, and fetches what is true', async () => {
    server.use(refuse('post', '/providers/{name}/try', 409, 'Conflict', 'Nothing waits for anthropic.'));
    const { user } = open();
    const button = await screen.findByRole('button', { name: 'Try now: anthropic' });
    server.use(answer('get', '/providers', calmProviders));
    await user.click(button);
    expect(await screen.findByText('anthropic is not tried')).toBeVisible();
    expect(screen.getByText('Nothing waits for anthropic.')).toBeVisible();
    expect(await screen.findByText('All is well: 3 providers serve.')).toBeVisible();
  });
});

describe('reset', () => {
  it('asks first, says why it was refused, and then shows the way back', async () => {
    const { user } = open();
    await user.click(await screen.findByRole('button', { name: 'Reset… anthropic' }));
    const question = within(await screen.findByRole('dialog'));
    expect(question.getByText(/^All agents may use anthropic again/)).toBeVisible();
    server.use(refuse('post', '/providers/{name}/reset', 503, 'Unavailable', 'The disk is full.'));
    await user.click(question.getByRole('button', { name: 'Reset' }));
    expect(await question.findByText('The disk is full.')).toBeVisible();
    const back = calmProviders[0] ?? quotaOut;
    server.use(answer('post', '/providers/{name}/reset', back), answer('get', '/providers', calmProviders));
    await user.click(question.getByRole('button', { name: 'Reset' }));
    expect(await screen.findByText('All is well: 3 providers serve.')).toBeVisible();
  });

  it('does nothing when one thinks better of it', async () => {
    const { user } = open();
    await user.click(await screen.findByRole('button', { name: 'Reset… anthropic' }));
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  });

  it('is not offered for what has no key: that ends when the key appears', async () => {
    open();
    await screen.findByRole('button', { name: 'Reset… anthropic' });
    expect(buttons(await section('keyless'))).toEqual([]);
  });
});

it.each([
  ['a viewer', asViewer],
  ['anybody without a token', signedOut],
])('offers %s nothing that changes', async (_who, session) => {
  server.use(session);
  open();
  expect(buttons(await section('anthropic'))).toEqual([]);
  await waitFor(() => expect(buttons(screen.getByRole('region', { name: 'Provider anthropic' }))).toEqual([]));
});

describe('without providers or without the daemon', () => {
  it('invites to add one', async () => {
    server.use(answer('get', '/providers', []));
    open();
    expect(await screen.findByRole('link', { name: 'Add a provider' })).toHaveAttribute('href', '/config?section=providers');
  });

  it('says why, and tries again', async () => {
    server.use(refuse('get', '/providers', 503, 'Unavailable', 'The store is being repaired.'));
    const { user } = open();
    expect(await screen.findByText('The store is being repaired.')).toBeVisible();
    server.use(answer('get', '/providers', calmProviders));
    await user.click(screen.getByRole('button', { name: 'Retry' }));
    expect(await section('anthropic')).toBeVisible();
  });

  it('keeps what it has when it cannot be fetched again', async () => {
    const { store } = open();
    await section('anthropic');
    server.use(refuse('get', '/providers', 503, 'Unavailable', 'The store is being repaired.'));
    act(() => void store.dispatch(api.util.invalidateTags(['Providers'])));
    expect(await screen.findByText('Showing the last data received.')).toBeVisible();
    expect(sections()).toContain('anthropic');
  });
});
