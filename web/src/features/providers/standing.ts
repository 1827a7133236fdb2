import type { Agent, Provider, ProviderHealth } from '../../api/types';
import { amount, compact, count, milliseconds, windowInWords } from '../../shared/format';
import type { Found } from '../../shared/FindingList';
import { outagesOf } from '../../shared/health/outages';
import { healthLooks } from '../../shared/health/words';

export function healthsOf({ accounts, models }: Provider): ProviderHealth[] {
  return [...accounts, ...models].map(({ health }) => health);
}

function rankOf(provider: Provider): number {
  const hasFaults = provider.models.some(({ faults }) => faults.length > 0);
  return Math.max(hasFaults ? 0.5 : 0, ...healthsOf(provider).map(({ state }) => healthLooks[state].rank));
}

/** The worst first; otherwise as the daemon lists them. */
export function worstFirst(providers: Provider[]): Provider[] {
  return providers.toSorted((a, b) => rankOf(b) - rankOf(a));
}

/** What an operator should know of the providers. Empty: all is well. */
export function findings(providers: Provider[], agents: Agent[], now: number): Found[] {
  const faults = providers.flatMap(({ name, models }) =>
    models
      .filter((model) => model.faults.length > 0)
      .map(({ model, faults: [first, ...others] }): Found => ({
        key: `fault-${name}/${model}`,
        tone: 'warning',
        words: `${model} of ${name} does not understand its agents: ${first?.reason ?? ''}${others.length === 0 ? '' : ` and ${others.length} more`}.`,
      })),
  );
  return [...outagesOf(providers, agents, now), ...faults];
}

export function allIsWell(providers: Provider[]): string {
  return providers.length === 1 ? 'All is well: the one provider serves.' : `All is well: ${providers.length} providers serve.`;
}

/** `120 calls in the last hour, 3 failed: 2 rate_limit, 1 timeout`. */
export function callsInWords({ calls_1h: calls, errors_1h: errors }: Pick<Provider, 'calls_1h' | 'errors_1h'>): string {
  const kinds = Object.entries(errors)
    .filter(([, many]) => many > 0)
    .sort(([, a], [, b]) => b - a);
  const failed = kinds.reduce((sum, [, many]) => sum + many, 0);
  if (calls === 0 && failed === 0) return 'no calls in the last hour';
  const said = `${amount(calls, 'call')} in the last hour`;
  if (failed === 0) return `${said}, none failed`;
  return `${said}, ${count(failed)} failed: ${kinds.map(([kind, many]) => `${count(many)} ${kind}`).join(', ')}`;
}

/** `1.2M tokens in, 50k out in the last 5 h`; `window` as the daemon names it, '' while that is not known. */
export function tokensInWords({ tokens_window: { input, output } }: Pick<Provider, 'tokens_window'>, window: string): string {
  const said = input === 0 && output === 0 ? 'no tokens' : `${compact(input)} tokens in, ${compact(output)} out`;
  return window === '' ? said : `${said} ${windowInWords(window)}`;
}

/** `first token in 420 ms, 95 % within 1.1 s`; null where that is not measured. */
export function firstTokenInWords({ ttft_ms: ttft }: Pick<Provider, 'ttft_ms'>): string | null {
  return ttft == null ? null : `first token in ${milliseconds(ttft.p50)}, 95 % within ${milliseconds(ttft.p95)}`;
}

/** `2 agents hold 14 tasks for it`; null when none does. */
export function holdingInWords(name: string, agents: Agent[]): string | null {
  const holding = agents.filter(({ held }) => held?.provider === name);
  if (holding.length === 0) return null;
  const tasks = holding.reduce((sum, { held }) => sum + (held?.tasks ?? 0), 0);
  return `${amount(holding.length, 'agent')} ${holding.length === 1 ? 'holds' : 'hold'} ${amount(tasks, 'task')} for it`;
}
