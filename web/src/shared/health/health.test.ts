import { describe, expect, it } from 'vitest';
import type { Agent, ProviderHealth } from '../../api/types';
import { agent, exhausted, minute, now, operatorPaused, tier2, tier3 } from '../../testing/fixtures';
import {
  calmProviders,
  closed,
  due,
  model,
  onTrial,
  outOfQuota,
  provider,
  ramping,
  rateLimited,
  unconfigured,
  waitsForKey,
  waitsForQuota,
} from '../../testing/providers';
import { clock } from '../format';
import { heldWords } from './held';
import { outagesOf } from './outages';
import { accountOf, tiersOf } from './tiers';
import { healthLooks, healthWords } from './words';

const at = clock(now + 12 * minute, now);

describe('health in words', () => {
  it.each([
    [closed, 'serving'],
    [outOfQuota, `out until ${at}`],
    [{ state: 'open', scope: 'tier' } as const, 'out'],
    [{ ...outOfQuota, until: now }, 'out, about to be due'],
    [due, 'due, not tried yet'],
    [onTrial, 'on trial by reviewer-b'],
    [{ state: 'trial', scope: 'tier' } as const, 'on trial'],
    [ramping, 'coming back, 4 places'],
    [{ ...ramping, kind: undefined }, 'taking a few tasks at a time, 4 places'],
    [{ ...ramping, ramp: 1 }, 'coming back, 1 place'],
    [unconfigured, 'without a key'],
  ])('%j', (health, words) => expect(healthWords(health, now)).toBe(words));
});

describe('what is held', () => {
  it.each([
    [waitsForQuota, `waits for anthropic until ${at} (quota)`],
    [{ ...waitsForQuota, until: now }, 'waits for its turn at anthropic (quota)'],
    [
      { provider: 'anthropic', model: 'claude-opus-4-7', reason: '', until: now, tasks: 1 },
      'waits for its turn at anthropic (a few at a time)',
    ],
    [waitsForKey, 'waits for anthropic (key not set)'],
    [
      { ...waitsForKey, kind: 'server_error', reason: 'set aside: no provider survives it' } as const,
      'waits for anthropic (set aside: no provider survives it)',
    ],
  ])('%j', (held, words) => expect(heldWords(held, now)).toBe(words));
});

describe('the tiers of an agent', () => {
  const [, deepseek, ollama] = calmProviders;
  const own = provider('anthropic', {
    accounts: [
      { id: 'ac-1', health: closed },
      { id: 'ac-2', instances: ['host-a'], health: outOfQuota },
    ],
    models: [model('claude-opus-4-7', [], { health: rateLimited })],
  });

  it('has the account of its own login, or else everybody’s', () => {
    expect(accountOf(own, 'host-a')?.id).toBe('ac-2');
    expect(accountOf(own, 'writer-a')?.id).toBe('ac-1');
  });

  it('are as ill as their account or their model, whichever is worse', () => {
    const states = (name: string) => tiersOf(agent(name), [own, ...(deepseek ? [deepseek] : [])]).map(({ health }) => health);
    expect(states('writer-a')).toEqual([rateLimited, closed, null]);
    expect(states('host-a')[0]).toEqual(outOfQuota);
    expect(ollama?.name).toBe('ollama');
  });
});

describe('outages', () => {
  const out = (over: Parameters<typeof provider>[1]) => [provider('anthropic', over)];
  const account = (health: typeof outOfQuota) => out({ accounts: [{ id: 'ac-1', health }] });
  const onSecond = (name: string) => agent(name, { provider_state: tier2 });
  const holds = (name: string, tasks: number) => agent(name, { provider_state: exhausted, held: { ...waitsForQuota, tasks } });
  const words = (...args: Parameters<typeof outagesOf>) => outagesOf(...args).map((outage) => outage.words);

  it('count those on a lower tier and those that hold', () => {
    const agents = [...['a', 'b', 'c', 'd', 'e', 'f'].map(onSecond), agent('g', { provider_state: tier3 }), holds('h', 10), holds('i', 4)];
    const [outage] = outagesOf(account(outOfQuota), [...agents, agent('z')], now);
    expect(outage).toMatchObject({
      words: `anthropic is out until ${at} (quota): 6 agents on ②, 1 on ③, 2 hold 14 tasks.`,
      tone: 'danger',
      agents: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'],
    });
  });

  it('are needed where an agent feels them or would begin its next task there', () => {
    const needed = (...agents: Agent[]) => outagesOf(account(outOfQuota), agents, now).map(({ isNeeded }) => isNeeded);
    expect(needed()).toEqual([false]);
    expect(needed(agent('a', { provider_chain: [{ provider: 'ollama', model: 'm' }] }))).toEqual([false]);
    expect(
      needed(
        agent('a', {
          provider_chain: [
            { provider: 'ollama', model: 'm' },
            { provider: 'anthropic', model: 'n' },
          ],
        }),
      ),
    ).toEqual([false]);
    expect(needed(agent('idle on tier 1'))).toEqual([true]);
    expect(needed(onSecond('a'))).toEqual([true]);
  });

  it.each([
    [[], `anthropic is out until ${at} (quota).`],
    [[onSecond('a')], `anthropic is out until ${at} (quota): 1 agent on ②.`],
    [[holds('a', 1)], `anthropic is out until ${at} (quota): 1 agent holds 1 task.`],
    [[agent('a', { provider_state: { ...tier2, paused: true, pause_reason: 'operator' } })], `anthropic is out until ${at} (quota).`],
    [
      [agent('a', { provider_state: tier2, held: { ...waitsForQuota, tasks: 2 } })],
      `anthropic is out until ${at} (quota): 1 agent holds 2 tasks.`,
    ],
    [[agent('a', { provider_state: operatorPaused })], `anthropic is out until ${at} (quota).`],
  ])('of %j', (agents, said) => expect(words(account(outOfQuota), agents, now)).toEqual([said]));

  it.each([
    [onTrial, 'anthropic is on trial by reviewer-b (quota): 1 agent on ②.'],
    [ramping, 'anthropic is coming back, 4 places (quota): 1 agent on ②.'],
    [unconfigured, 'anthropic is without a key: 1 agent on ②.'],
  ])('say how far it is: %j', (health, said) => expect(words(account(health), [onSecond('a')], now)).toEqual([said]));

  describe('are red only where tasks wait for what is out', () => {
    const cold: ProviderHealth = { state: 'ramping', scope: 'account', ramp: 2 };
    const waits = agent('w', { held: { ...waitsForQuota, tasks: 2, until: now + 3000 } });
    it.each([
      ['out, tasks wait', outOfQuota, [waits, onSecond('a')], 'danger'],
      ['without a key, tasks wait', unconfigured, [waits], 'danger'],
      ['out, agents are on ②', outOfQuota, [onSecond('a')], 'warning'],
      ['out', outOfQuota, [agent('a')], 'warning'],
      ['on trial, tasks wait', onTrial, [waits], 'neutral'],
      ['due, tasks wait', due, [waits], 'neutral'],
      ['coming back, tasks wait', ramping, [waits], 'neutral'],
      ['coming back, agents are on ②', ramping, [waits, onSecond('a')], 'warning'],
      ['a few at a time after a quiet while, tasks wait', cold, [waits], 'neutral'],
    ] as const)('%s', (_what, health, agents, tone) =>
      expect(outagesOf(account(health), [...agents], now).map((outage) => outage.tone)).toEqual([tone]),
    );

    it('and none where nothing failed and nobody waits', () => {
      expect(outagesOf(account(cold), [agent('a')], now)).toEqual([]);
    });

    it('the worst first', () => {
      const providers = [...account(onTrial), provider('deepseek', { accounts: [{ id: 'ac-d', health: outOfQuota }] })];
      expect(outagesOf(providers, [waits], now).map((outage) => [outage.provider, outage.tone])).toEqual([
        ['deepseek', 'warning'],
        ['anthropic', 'neutral'],
      ]);
    });

    it.each(Object.entries(healthLooks))('as the badge: %s', (state, { tone }) =>
      expect(tone).toBe(state === 'open' || state === 'unconfigured' ? 'danger' : 'neutral'),
    );
  });

  it('are of a model that is worse than its account', () => {
    const models = [model('claude-opus-4-7', [], { health: outOfQuota }), model('claude-sonnet-4-6', [])];
    const scoped = models.map((each) => ({ ...each, health: { ...each.health, scope: 'tier' as const } }));
    expect(words(out({ accounts: [{ id: 'ac-1', health: ramping }], models: scoped }), [onSecond('a')], now)).toEqual([
      'anthropic is coming back, 4 places (quota): 1 agent on ②.',
      `claude-opus-4-7 of anthropic is out until ${at} (quota): 1 agent on ②.`,
    ]);
  });

  it('are of one model, when only that is out', () => {
    const providers = out({ models: [model('claude-opus-4-7', [], { health: rateLimited }), model('claude-sonnet-4-6', [])] });
    expect(words(providers, [onSecond('a')], now)).toEqual([
      `claude-opus-4-7 of anthropic is out until ${clock(now + 20_000, now)} (rate_limit): 1 agent on ②.`,
    ]);
  });

  it('are told once, not again for each model of the account', () => {
    const models = [model('claude-opus-4-7', [], { health: outOfQuota }), model('claude-sonnet-4-6', [], { health: rateLimited })];
    expect(words(out({ accounts: [{ id: 'ac-1', health: outOfQuota }], models }), [], now)).toHaveLength(1);
  });

  it('of a login of its own are its agent’s', () => {
    const providers = out({
      accounts: [
        { id: 'ac-1', health: closed },
        { id: 'ac-2', instances: ['a'], health: outOfQuota },
      ],
    });
    expect(words(providers, [onSecond('a'), onSecond('b')], now)).toEqual([`anthropic for a is out until ${at} (quota): 1 agent on ②.`]);
  });

  it('are none of what is narrowed to one agent, and none when all is well', () => {
    expect(outagesOf(out({ models: [model('m', [], { health: { ...rateLimited, scope: 'agent' } })] }), [], now)).toEqual([]);
    expect(outagesOf(calmProviders, [onSecond('a')], now)).toEqual([]);
  });
});
