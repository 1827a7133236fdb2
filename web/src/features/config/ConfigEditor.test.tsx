import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { configuration, FakeDaemon } from './testing/fixtures';
import { prettyJson } from './model/prettyJson';
import { open, retype, type User } from './testing/openConfig';

describe('the draft', () => {
  it('survives tabs and other pages, and warns when the tab is closed', async () => {
    const { user, router } = await open();
    const leaving = () => window.dispatchEvent(new Event('beforeunload', { cancelable: true }));
    expect(leaving()).toBe(true);
    await retype(user, 'Model of tier 2', 'mine');
    await user.click(screen.getByRole('tab', { name: 'Agent' }));
    expect(router.state.location.search).toBe('?type=reviewer&tab=agent');
    await router.navigate('/agents');
    expect(await screen.findByText('elsewhere in the dashboard')).toBeVisible();
    expect(await screen.findByText('Not saved yet')).toBeVisible();
    expect(leaving()).toBe(false);
    await router.navigate('/config');
    expect(await screen.findByRole('combobox', { name: 'Model of tier 2' })).toHaveValue('mine');
    await user.click(screen.getByRole('button', { name: 'Discard' }));
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Discard' }));
    expect(screen.getByRole('combobox', { name: 'Model of tier 2' })).toHaveValue('deepseek-v4-pro');
    expect(leaving()).toBe(true);
  });

  it('is none when it leads back to where it began', async () => {
    const { user } = await open();
    await retype(user, 'Model of tier 2', 'mine');
    expect(screen.getByRole('button', { name: 'Discard' })).toBeVisible();
    await retype(user, 'Model of tier 2', 'deepseek-v4-pro');
    expect(screen.queryByRole('button', { name: 'Discard' })).toBeNull();
  });
});

describe('the whole file', () => {
  const area = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Configuration as JSON' });
  const write = async (user: User, text: string) => {
    await user.clear(area());
    await user.click(area());
    await user.paste(text);
  };

  it('is the document, and what is typed there is in the wizard', async () => {
    const { user } = await open(new FakeDaemon(), '/config?section=json');
    expect(area().value).toBe(prettyJson(configuration));
    await write(user, area().value.replace('deepseek-v4-pro', 'typed'));
    await user.click(screen.getByRole('button', { name: /^reviewer/ }));
    expect(screen.getByRole('combobox', { name: 'Model of tier 2' })).toHaveValue('typed');
    expect(screen.getByRole('button', { name: 'Discard' })).toBeVisible();
  });

  it('names line and column of what is not JSON, and keeps it over other tabs', async () => {
    const { user } = await open(new FakeDaemon(), '/config?section=json');
    await write(user, '{\n  "providers": ,\n}');
    expect(screen.getByText('Line 2, column 16')).toBeVisible();
    expect(screen.getByTestId('config-save')).toBeDisabled();
    await user.click(screen.getByRole('button', { name: /^reviewer/ }));
    expect(screen.getByText('The whole file is not JSON yet')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Go there' }));
    expect(area().value).toBe('{\n  "providers": ,\n}');
    await user.click(screen.getByRole('button', { name: /^writer/ }));
    await user.click(screen.getByRole('button', { name: 'Discard that text' }));
    expect(screen.getByTestId('chain-row-0')).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Discard' })).toBeNull();
  });
});

describe('agent types', () => {
  const choose = async (user: User, type: string, action: string) => {
    await user.click(screen.getByRole('button', { name: `Actions for ${type}` }));
    await user.click(await screen.findByRole('menuitem', { name: action }));
  };
  const answerWith = async (user: User, name: string) => {
    const field = await screen.findByRole('textbox', { name: 'Name' });
    await user.clear(field);
    await user.type(field, `${name}{Enter}`);
  };

  it('are cloned, and say that secrets do not follow', async () => {
    const { user, router } = await open();
    await choose(user, 'reviewer', 'Clone');
    expect(await screen.findByText(/saved secrets are not carried over/)).toBeVisible();
    await answerWith(user, 'critic');
    expect(await screen.findByRole('heading', { name: 'critic' })).toBeVisible();
    expect(router.state.location.search).toBe('?type=critic&tab=provider');
    expect(screen.getByTestId('chain-row-1')).toBeVisible();
  });

  it('are renamed, not into one that is there', async () => {
    const { user } = await open();
    await choose(user, 'reviewer', 'Rename');
    await answerWith(user, 'writer');
    expect(screen.getByText('writer already exists.')).toBeVisible();
    await answerWith(user, 'critic');
    expect(await screen.findByRole('heading', { name: 'critic' })).toBeVisible();
    expect(screen.queryByRole('button', { name: /^reviewer/ })).toBeNull();
  });

  it('are deleted after naming what runs', async () => {
    const { user } = await open();
    await choose(user, 'reviewer', 'Delete');
    expect(await screen.findByText(/reviewer-b is ready; reviewer-default is busy/)).toBeVisible();
    await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Delete' }));
    expect(screen.queryByRole('button', { name: /^reviewer/ })).toBeNull();
  });

  it('are invited when there are none', async () => {
    const { user } = await open(new FakeDaemon({ providers: { anthropic: {} } }));
    await user.click(screen.getByRole('button', { name: 'Add the first agent type' }));
    await answerWith(user, 'helper');
    expect(await screen.findByTestId('chain-row-0')).toBeVisible();
    expect(screen.getByRole('combobox', { name: 'Provider of tier 1' })).toHaveValue('anthropic');
  });
});
