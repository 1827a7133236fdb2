import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { edited } from '../model/json';
import { configuration, negativeThreshold } from '../testing/fixtures';
import { show } from '../testing/show';
import { FailoverBlock } from './FailoverBlock';

it('reveals the threshold with token_budget, and names the window', async () => {
  const { user, at } = show(<FailoverBlock type="reviewer" />);
  expect(screen.queryByLabelText('Token threshold')).toBeNull();
  await user.click(screen.getByRole('checkbox', { name: /token_budget/ }));
  expect(at('failover', 'triggers')).toEqual(['auth_error', 'quota', 'rate_limit', 'server_error', 'token_budget']);
  expect(screen.getByLabelText('Token threshold')).toHaveAccessibleDescription(/last 24h \(service\.usage_window\)/);
  await user.type(screen.getByLabelText('Token threshold'), '2000000');
  expect(at('usage_threshold_tokens')).toBe(2_000_000);
  await user.clear(screen.getByLabelText('Token threshold'));
  expect(at('usage_threshold_tokens')).toBeUndefined();
});

it('takes decimals', async () => {
  const { user, at } = show(<FailoverBlock type="reviewer" />);
  await user.clear(screen.getByLabelText('Cooldown'));
  expect(at('failover', 'cooldown_min')).toBeUndefined();
  await user.type(screen.getByLabelText('Cooldown'), '0.05');
  expect(at('failover', 'cooldown_min')).toBe(0.05);
  expect(screen.getByLabelText('Cooldown')).toHaveValue('0.05');
});

it('has a cooldown for every kind, or one for each, and keeps the number as their default', async () => {
  const { user, at } = show(<FailoverBlock type="reviewer" />);
  const choose = async (name: string) => {
    await user.click(screen.getByRole('combobox', { name: 'How long a provider is out' }));
    await user.click(screen.getByRole('option', { name }));
  };
  await choose('by kind of failure');
  expect(at('failover', 'cooldown_min')).toEqual({ default: 60 });
  expect(screen.queryByLabelText('Cooldown')).toBeNull();
  expect(screen.getByLabelText('quota')).toHaveAttribute('placeholder', '60');
  await user.clear(screen.getByLabelText('default'));
  // The form stays when the last value goes.
  expect(at('failover')).not.toHaveProperty('cooldown_min');
  expect(screen.getByLabelText('rate_limit')).toHaveAttribute('placeholder', '5');
  expect(screen.getByLabelText('rate_limit')).toHaveAccessibleDescription('too many requests');
  await user.type(screen.getByLabelText('rate_limit'), '0.5');
  expect(at('failover', 'cooldown_min')).toEqual({ rate_limit: 0.5 });
  await choose('the same for every kind of failure');
  expect(at('failover')).not.toHaveProperty('cooldown_min');
  expect(screen.getByLabelText('Cooldown')).toHaveValue('');
});

it('shows what the check says of a kind, also of one that is none', () => {
  const path = '/agent_types/reviewer/failover/cooldown_min';
  show(<FailoverBlock type="reviewer" />, edited(configuration, ['agent_types', 'reviewer', 'failover', 'cooldown_min'], { sunday: 5 }), {
    errors: [
      { path: `${path}/sunday`, reason: 'unknown key' },
      { path: `${path}/quota`, reason: 'must be positive, got -1' },
    ],
    warnings: [],
  });
  expect(screen.getByLabelText('sunday')).toHaveAccessibleDescription(/unknown key/);
  expect(screen.getByLabelText('quota')).toHaveAccessibleDescription(/must be positive, got -1/);
});

it('knows how to return, how long to wait in place, and when to give up', async () => {
  const { user, at } = show(<FailoverBlock type="reviewer" />);
  await user.click(screen.getByRole('combobox', { name: 'Return to a higher tier' }));
  await user.click(screen.getByRole('option', { name: 'after a success on the lower tier' }));
  await user.type(screen.getByLabelText('Wait in place for up to'), '2.5');
  await user.type(screen.getByLabelText('Give up a task after'), '90');
  expect(at('failover')).toMatchObject({ return: 'after_success', wait_in_place_s: 2.5, give_up_after_min: 90 });
  await user.clear(screen.getByLabelText('Give up a task after'));
  expect(at('failover')).not.toHaveProperty('give_up_after_min');
});

it('says that a chain of one never moves', () => {
  show(<FailoverBlock type="writer" />);
  expect(screen.getByText(/A chain of one never moves/)).toBeVisible();
});

it('is on with its defaults, and off without a trace', async () => {
  const { user, at } = show(<FailoverBlock type="reviewer" />);
  const master = screen.getByRole('switch', { name: 'Move to another tier when one fails' });
  await user.click(master);
  expect(at()).not.toHaveProperty('failover');
  await user.click(master);
  expect(at('failover')).toEqual({});
  expect(screen.getByRole('radio', { name: /Pause/ })).toBeChecked();
  expect(screen.getAllByRole('checkbox', { checked: true })).toHaveLength(5);
});

it('shows the error of a threshold that does nothing', () => {
  show(<FailoverBlock type="reviewer" />, edited(configuration, ['agent_types', 'reviewer', 'usage_threshold_tokens'], -5), {
    errors: [negativeThreshold],
    warnings: [],
  });
  expect(screen.getByLabelText('Token threshold')).toHaveAccessibleDescription(/must be a positive integer, got -5/);
});
