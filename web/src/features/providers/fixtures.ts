import type { Provider } from '../../api/types';
import { minute, now } from '../../testing/fixtures';
import { calmProviders, model, onTrial, outOfQuota, provider, ramping, rateLimited, unconfigured } from '../../testing/providers';

/** Every state at once, in a configuration's order. */
export const everyState: Provider[] = [
  provider('ollama', { models: [model('qwen3-coder', ['reviewer-b'])], calls_1h: 0, tokens_window: { input: 0, output: 0 } }),
  provider('anthropic', {
    vendor: 'anthropic',
    accounts: [
      { id: 'ac-7f3a91c0d2e4b655', health: outOfQuota },
      { id: 'ac-own', instances: ['writer-b'], health: { state: 'closed', scope: 'account' } },
    ],
    models: [model('claude-opus-4-7', ['writer-a', 'writer-b']), model('claude-sonnet-4-6', [])],
    errors_1h: { rate_limit: 1, quota: 2 },
    ttft_ms: { p50: 420, p95: 1100 },
  }),
  provider('deepseek', {
    models: [
      model('deepseek-v4-pro', ['reviewer-default'], {
        health: rateLimited,
        faults: [{ reason: '400 unknown beta flag', tasks: 3, since: now - 90 * minute }],
      }),
      model('deepseek-v4-lite', [], { health: { ...rateLimited, scope: 'agent' } }),
    ],
  }),
  provider('moonshot', { accounts: [{ id: 'ac-m', health: onTrial }], models: [model('kimi-k3', [])] }),
  provider('zai', { accounts: [{ id: 'ac-z', health: ramping }], models: [model('glm-6', [])] }),
  provider('keyless', { accounts: [{ id: 'ac-k', health: unconfigured }], models: [model('some-model', [])] }),
  provider('spare', { accounts: [], calls_1h: 0 }),
];

export const manyAgents: Provider[] = [
  provider('anthropic', {
    models: [
      model(
        'claude-opus-4-7',
        Array.from({ length: 1000 }, (_, index) => `worker-${index}`),
      ),
    ],
  }),
  ...calmProviders.slice(1),
];
