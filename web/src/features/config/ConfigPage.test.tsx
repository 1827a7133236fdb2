import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { api } from '../../api/api';
import { violationsOf } from '../../testing/axe';
import { refuse } from '../../testing/handlers';
import { renderRoutes } from '../../testing/render';
import { server } from '../../testing/server';
import { clean, configuration, emptyModel, FakeDaemon, hostWarning, unknownKey } from './testing/fixtures';
import { edited, getAt, isObject, type JsonObject } from './model/json';
import { open, retype, routes, type User } from './testing/openConfig';

const modelPath = ['agent_types', 'reviewer', 'provider_chain', '1', 'model'];
const isEmptyModel = (document: unknown) => isObject(document) && getAt(document, modelPath) === '';

async function save(user: User) {
  await waitFor(() => expect(screen.getByTestId('config-save')).toBeEnabled());
  await user.click(screen.getByTestId('config-save'));
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Save' }));
}

const theirs = (document: JsonObject) => edited(document, ['agent_types', 'reviewer', 'failover', 'cooldown_min'], 5);

describe('checking', () => {
  it('has nothing to save at first', async () => {
    await open();
    expect(screen.getByTestId('config-save')).toBeDisabled();
    expect(screen.queryByTestId('config-problems')).toBeNull();
  });

  it('reports a problem as one types, at its field too, and leads there', async () => {
    const { user, router } = await open(
      new FakeDaemon(configuration, (document) => (isEmptyModel(document) ? { errors: [emptyModel], warnings: [] } : clean)),
    );
    await retype(user, 'Model of tier 2', '');
    const banner = await screen.findByTestId('config-problems');
    expect(banner).toHaveTextContent('/agent_types/reviewer/provider_chain/1/model: must not be empty');
    expect(screen.getByTestId('config-save')).toBeDisabled();
    await user.click(screen.getByRole('button', { name: 'Service' }));
    await user.click(within(banner).getByRole('button'));
    const field = await screen.findByRole('combobox', { name: 'Model of tier 2' });
    await waitFor(() => expect(field).toHaveFocus());
    expect(field).toHaveAccessibleDescription(/must not be empty/);
    expect(router.state.location.search).toBe('?type=reviewer&tab=provider');
    await retype(user, 'Model of tier 2', 'good');
    await waitFor(() => expect(screen.queryByTestId('config-problems')).toBeNull());
  });

  it('shows warnings without being stopped by them', async () => {
    const { user } = await open(new FakeDaemon(configuration, () => ({ errors: [], warnings: [hostWarning] })));
    expect(screen.getByTestId('config-problems')).toHaveTextContent(hostWarning.reason);
    await retype(user, 'Model of tier 2', 'other');
    await waitFor(() => expect(screen.getByTestId('config-save')).toBeEnabled());
  });

  it('leads to the whole file for what has no field', async () => {
    const { user } = await open(new FakeDaemon(configuration, () => ({ errors: [unknownKey], warnings: [] })));
    await user.click(within(screen.getByTestId('config-problems')).getByRole('button'));
    const area = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Configuration as JSON' });
    await waitFor(() => expect(area).toHaveFocus());
    expect(area.value.slice(area.selectionStart, area.selectionEnd)).toContain('from_the_future');
  });
});

describe('saving', () => {
  it('shows what changes, saves the whole document, and says what it did', async () => {
    const { user, daemon } = await open();
    await retype(user, 'Model of tier 2', 'deepseek-v5');
    await waitFor(() => expect(screen.getByTestId('config-save')).toBeEnabled());
    await user.click(screen.getByTestId('config-save'));
    const changes = await screen.findByRole('region', { name: 'Changes' });
    expect(changes).toHaveTextContent('removed: "model": "deepseek-v4-pro"');
    expect(changes).toHaveTextContent('added: "model": "deepseek-v5"');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('reviewer-default, reviewer-b: chain changed.')).toBeVisible();
    expect(daemon.saved).toHaveLength(1);
    // Unknown keys, masks and the order of keys as they were.
    expect(JSON.stringify(daemon.saved[0])).toBe(JSON.stringify(configuration).replace('deepseek-v4-pro', 'deepseek-v5'));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(screen.queryByText('Changed elsewhere')).toBeNull();
    expect(screen.queryByRole('button', { name: 'Discard' })).toBeNull();
  });

  it('never shows a secret in the changes', async () => {
    const { user, daemon } = await open(new FakeDaemon(), '/config?section=providers');
    const token = within(screen.getByRole('region', { name: 'Provider deepseek' })).getByLabelText(/^Token/);
    expect(token).toHaveValue('•••');
    await user.clear(token);
    await user.type(token, 'sk-new');
    await waitFor(() => expect(screen.getByTestId('config-save')).toBeEnabled());
    await user.click(screen.getByTestId('config-save'));
    const changes = await screen.findByRole('region', { name: 'Changes' });
    expect(changes).toHaveTextContent('••• (new)');
    expect(changes).not.toHaveTextContent('sk-new');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(daemon.saved).toHaveLength(1));
    expect(getAt(daemon.document, ['providers', 'deepseek', 'auth_token'])).toBe('sk-new');
    expect(getAt(daemon.document, ['providers', 'ollama', 'auth_token'])).toBe('•••');
  });

  it('says how to sign in when it must not, and keeps the changes', async () => {
    const { user, daemon } = await open();
    daemon.refusal = { status: 401, title: 'Unauthorized', detail: "This call wants the operator's token." };
    await retype(user, 'Model of tier 2', 'x');
    await save(user);
    expect(await screen.findByText("This call wants the operator's token.")).toBeVisible();
    expect(screen.getByText(/Sign in to save/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Keep editing' }));
    expect(screen.getByRole('combobox', { name: 'Model of tier 2' })).toHaveValue('x');
  });

  it('lists every problem that the daemon found only then', async () => {
    const { user, daemon } = await open();
    daemon.refusal = {
      status: 422,
      title: 'Unprocessable',
      detail: 'The configuration has problems; nothing was saved.',
      errors: [emptyModel, unknownKey],
    };
    await retype(user, 'Model of tier 2', 'x');
    await save(user);
    expect(await screen.findByText('The configuration has problems; nothing was saved.')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Keep editing' }));
    expect(screen.getByTestId('config-problems')).toHaveTextContent('2 errors');
  });
});

describe('a configuration that was changed elsewhere', () => {
  it('is merged after a save came too late, and both changes are kept', async () => {
    const { user, daemon } = await open();
    await retype(user, 'Model of tier 2', 'mine');
    daemon.becomes(theirs(configuration));
    await save(user);
    expect(await screen.findByText('Changed elsewhere')).toBeVisible();
    expect(daemon.saved).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Merge…' }));
    expect(await screen.findByText('No conflicts: both are kept.')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Merge' }));
    expect(screen.queryByText('Changed elsewhere')).toBeNull();
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await save(user);
    await waitFor(() => expect(daemon.saved).toHaveLength(1));
    expect(getAt(daemon.document, modelPath)).toBe('mine');
    expect(getAt(daemon.document, ['agent_types', 'reviewer', 'failover', 'cooldown_min'])).toBe(5);
  });

  it('asks where both changed the same', async () => {
    const { user, daemon, store } = await open();
    await user.clear(screen.getByLabelText('Cooldown'));
    await user.type(screen.getByLabelText('Cooldown'), '7');
    daemon.becomes(theirs(configuration));
    store.dispatch(api.util.invalidateTags(['Config']));
    await user.click(await screen.findByRole('button', { name: 'Merge…' }));
    expect(await screen.findByRole('button', { name: '1 to choose' })).toBeDisabled();
    await user.click(screen.getByRole('radio', { name: 'Theirs' }));
    await user.click(screen.getByRole('button', { name: 'Merge' }));
    // None of my changes is left, so there is nothing to save.
    await waitFor(() => expect(screen.getByLabelText('Cooldown')).toHaveValue('5'));
    expect(screen.queryByRole('button', { name: 'Discard' })).toBeNull();
  });

  it('replaces mine only when I say so', async () => {
    const { user, daemon, store } = await open();
    await retype(user, 'Model of tier 2', 'mine');
    daemon.becomes(theirs(configuration));
    store.dispatch(api.util.invalidateTags(['Config']));
    await screen.findByText('Changed elsewhere');
    expect(screen.getByRole('combobox', { name: 'Model of tier 2' })).toHaveValue('mine');
    await user.click(screen.getByRole('button', { name: 'Reload, discard mine' }));
    expect(screen.getByRole('combobox', { name: 'Model of tier 2' })).toHaveValue('deepseek-v4-pro');
    expect(screen.getByLabelText('Cooldown')).toHaveValue('5');
  });

  it('is simply shown when nothing is being edited', async () => {
    const { daemon, store } = await open();
    daemon.becomes(theirs(configuration));
    store.dispatch(api.util.invalidateTags(['Config']));
    await waitFor(() => expect(screen.getByLabelText('Cooldown')).toHaveValue('5'));
    expect(screen.queryByText('Changed elsewhere')).toBeNull();
  });
});

it('says why it cannot be read, and tries again', async () => {
  server.use(refuse('get', '/config', 401, 'Unauthorized', 'Reading wants the token.'));
  const { user } = renderRoutes(routes, { at: '/config' });
  expect(await screen.findByText('Reading wants the token.')).toBeVisible();
  server.use(...new FakeDaemon().handlers);
  await user.click(screen.getByRole('button', { name: 'Retry' }));
  expect(await screen.findByTestId('chain-row-0')).toBeVisible();
});

it('passes axe', async () => {
  const { container } = await open();
  expect(await violationsOf(container)).toEqual([]);
});
