import { expect, it } from 'vitest';
import { clock } from '../../../shared/format';
import { agent, exhausted, fleet, health, metrics, minute, now, operatorPaused, tier2 } from '../../../testing/fixtures';
import { model, outOfQuota, provider, ramping, waitsForQuota } from '../../../testing/providers';
import { grown, historyWindowMs } from '../agentsApi';
import { calm, providerDay } from '../fixtures';
import { announcement, providerChanges } from './announce';
import { allIsWell, findings } from './headline';

const { flips } = grown(undefined, providerDay, now - historyWindowMs);
const words = (...args: Parameters<typeof findings>) => findings(...args).map((finding) => finding.words);
const at = (minutesAgo: number) => clock(now - minutesAgo * minute, now);

it('says what is wrong, the worst first, with since and why', () => {
  expect(words(fleet, health, flips, now)).toEqual([
    `1 agent has no tier left: designer-default since ${at(120)} (quota), retry in 12m. 3 tasks wait.`,
    `2 agents run on a fallback: reviewer-b since ${at(47)} (token_budget), reviewer-default since ${at(47)} (rate_limit).`,
    `1 agent is paused by an operator: writer-b since ${at(90)}.`,
  ]);
});

it('speaks of providers first, and then not again of their agents', () => {
  const agents = [
    ...['a', 'b'].map((name) => agent(name, { provider_state: tier2 })),
    agent('c', { provider_state: exhausted, held: { ...waitsForQuota, tasks: 14 } }),
    agent('d', { provider_state: operatorPaused }),
    agent('e', { state: { lifecycle_state: 'failed', lifecycle_metrics: null } }),
  ];
  const providers = [
    provider('deepseek', { models: [model('deepseek-v4-pro', ['a', 'b'], { health: { ...ramping, scope: 'tier' } })] }),
    provider('anthropic', { accounts: [{ id: 'ac-1', health: outOfQuota }] }),
    provider('nobody-is-on-it', { accounts: [{ id: 'ac-2', health: outOfQuota }] }),
  ];
  expect(words(agents, health, undefined, now, providers)).toEqual([
    `anthropic is out until ${at(-12)} (quota): 2 agents on ②, 1 holds 14 tasks.`,
    'deepseek-v4-pro of deepseek is coming back, 4 places (quota).',
    '1 agent does not start: e.',
    '1 agent is paused by an operator: d.',
  ]);
  expect(findings(agents, health, undefined, now, providers)[0]).toMatchObject({ tone: 'danger', link: { to: '/providers' } });
});

it('reports a store that accepts no writes before all else', () => {
  expect(words(fleet, { ...health, status: 'degraded', store: 'The disk is full.' }, flips, now)[0]).toBe(
    'The store accepts no writes, and no task starts or ends until it does: The disk is full.',
  );
});

it('reports a container that somebody paused, and since when', () => {
  const frozenAt = { ...metrics, last_event: { id: 1, type: 'container.paused', ts: now - 5 * minute, summary: '', detail: {} } };
  const agents = [
    agent('a', { state: { lifecycle_state: 'paused', lifecycle_metrics: frozenAt } }),
    agent('b', { state: { lifecycle_state: 'paused', lifecycle_metrics: null } }),
  ];
  expect(words(agents, health, undefined, now)).toEqual([
    `2 agents are frozen: somebody paused the container. a since ${at(5)}, b. Tasks wait until it is unpaused.`,
  ]);
});

it('names three and counts the rest', () => {
  const agents = ['a', 'b', 'c', 'd', 'e'].map((name) => agent(name, { provider_state: { ...tier2, last_failover_at: null } }));
  expect(words(agents, health, undefined, now)).toEqual([
    '5 agents run on a fallback: a (rate_limit), b (rate_limit), c (rate_limit) and 2 more.',
  ]);
});

it('reports agents that do not start, with the reason, and an engine that is gone', () => {
  const reason = { ...metrics, last_event: { id: 1, type: 'container.lazy_start_failed', ts: now, summary: 'no such image', detail: {} } };
  const agents = [agent('a', { state: { lifecycle_state: 'failed', lifecycle_metrics: reason } })];
  expect(words(agents, { ...health, runtimes: { docker: 'unreachable' } }, undefined, now)).toEqual([
    'The docker engine cannot be reached: its agents start nothing until it answers.',
    `1 agent does not start: a since ${at(0)} (no such image).`,
  ]);
});

it('finds nothing in a calm fleet', () => {
  expect(findings(calm, health, {}, now)).toEqual([]);
  expect(allIsWell(calm)).toBe('All is well: 4 agents, each on its first tier.');
  expect(allIsWell(calm.slice(0, 1))).toBe('All is well: the one agent is on its first tier.');
});

it('announces tiers that changed, and nothing else', () => {
  const before = [agent('a'), agent('b'), agent('c')];
  const after = [agent('a', { provider_state: tier2 }), agent('b', { queue_depth: 4 }), agent('new', { provider_state: tier2 })];
  expect(providerChanges(before, after)).toEqual(['a: ② deepseek-v4-pro']);
  expect(announcement(['a: ②', 'b: ②'])).toBe('a: ②. b: ②');
  expect(announcement(['a: ②', 'b: ②', 'c: ②', 'd: ②'])).toBe('4 agents changed their provider. a: ②. b: ②. c: ②');
});
