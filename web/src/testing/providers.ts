import type { Held, Provider, ProviderHealth, ProviderModel } from '../api/types';
import { minute, now } from './fixtures';

export const closed: ProviderHealth = { state: 'closed', scope: 'account' };
export const outOfQuota: ProviderHealth = {
  state: 'open',
  scope: 'account',
  kind: 'quota',
  reason: '429 quota',
  since: now - 47 * minute,
  until: now + 12 * minute,
  seen_by: 'reviewer-default',
};
export const due: ProviderHealth = { ...outOfQuota, state: 'due', until: now - minute };
export const onTrial: ProviderHealth = { ...due, state: 'trial', trial_by: 'reviewer-b' };
export const ramping: ProviderHealth = { ...due, state: 'ramping', ramp: 4 };
export const unconfigured: ProviderHealth = {
  state: 'unconfigured',
  scope: 'account',
  kind: 'auth_error',
  reason: 'ANTHROPIC_API_KEY is not set',
};
export const rateLimited: ProviderHealth = {
  ...outOfQuota,
  scope: 'tier',
  kind: 'rate_limit',
  reason: '429 rate_limit',
  since: now - minute,
  until: now + 20_000,
};

export function model(name: string, agents: string[], over: Partial<ProviderModel> = {}): ProviderModel {
  return { model: name, health: { state: 'closed', scope: 'tier' }, agents, faults: [], ...over };
}

export function provider(name: string, over: Partial<Provider> = {}): Provider {
  return {
    name,
    dialect: 'anthropic',
    accounts: [{ id: `ac-${name}`, health: closed }],
    models: [],
    calls_1h: 120,
    errors_1h: {},
    tokens_window: { input: 1_200_000, output: 50_000 },
    ...over,
  };
}

/** Those of the chain in testing/fixtures.ts, all well. */
export const calmProviders: Provider[] = [
  provider('anthropic', { models: [model('claude-opus-4-7', ['writer-a', 'writer-b'])] }),
  provider('deepseek', { models: [model('deepseek-v4-pro', ['reviewer-default'])] }),
  provider('ollama', {
    models: [model('qwen3-coder', ['reviewer-b', 'designer-default'])],
    calls_1h: 0,
    tokens_window: { input: 0, output: 0 },
  }),
];

export const waitsForQuota: Held = {
  provider: 'anthropic',
  model: 'claude-opus-4-7',
  kind: 'quota',
  reason: '429 quota',
  until: now + 12 * minute,
  tasks: 3,
};
export const waitsForKey: Held = {
  provider: 'anthropic',
  model: 'claude-opus-4-7',
  kind: 'auth_error',
  reason: 'ANTHROPIC_API_KEY is not set',
  tasks: 3,
};
