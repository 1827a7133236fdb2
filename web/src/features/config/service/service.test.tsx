import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { configuration } from '../testing/fixtures';
import { show } from '../testing/show';
import { ProviderCard } from './ProviderCard';
import { Service } from './Service';

const card = (name: string) => <ProviderCard name={name} users={[]} onRename={() => {}} onDelete={() => {}} />;

it('takes a key from a file, which is no secret, and never keeps two credentials', async () => {
  const { user, whole } = show(card('deepseek'));
  await user.click(screen.getByRole('combobox', { name: 'Credential' }));
  await user.click(screen.getByRole('option', { name: 'API key, from a file' }));
  expect(whole('providers', 'deepseek')).toEqual({ base_url: 'https://api.deepseek.com/anthropic', api_key_file: '' });
  const file = screen.getByRole('textbox', { name: /^File of the key/ });
  expect(file).toHaveAccessibleDescription(/without a restart/);
  await user.type(file, '/run/secrets/key');
  expect(whole('providers', 'deepseek', 'api_key_file')).toBe('/run/secrets/key');
});

it('shows what the check says of a credential', () => {
  const path = '/providers/anthropic/api_key_env';
  show(card('anthropic'), configuration, { errors: [{ path, reason: 'ANTHROPIC_API_KEY is not set' }], warnings: [] });
  expect(screen.getByRole('textbox', { name: /^Variable of the daemon/ })).toHaveAccessibleDescription(/is not set/);
});

it('has a limit of silence for agents on one provider', async () => {
  const { user, whole } = show(card('ollama'));
  await user.type(screen.getByLabelText('Silence while a call is unanswered'), '1800');
  expect(whole('providers', 'ollama', 'silence_s')).toBe(1800);
});

it('shares what is learned unless it is told not to', async () => {
  const { user, whole } = show(<Service />);
  const share = screen.getByRole('switch', { name: /^Share what is learned about providers/ });
  expect(share).toBeChecked();
  await user.click(share);
  expect(whole('service', 'share_health')).toBe(false);
});
