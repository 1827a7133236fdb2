import type { Agent, Provider, ProviderHealth } from '../../api/types';
import { amount, tierGlyph } from '../format';
import type { Tone } from '../trouble';
import { accountOf } from './tiers';
import { healthWords, isOut, worse } from './words';

/** An account or a model that does not serve as it should, and the agents that feel it. */
export interface Outage {
  key: string;
  provider: string;
  tone: Tone;
  words: string;
  /** Those on a lower tier because of it, and those that hold tasks for it. */
  agents: string[];
  /** Whether any of them does, or would begin its next task there. */
  isNeeded: boolean;
}

interface Entry {
  key: string;
  subject: string;
  health: ProviderHealth;
  model: string | null;
  isOf: (agent: Agent) => boolean;
}

function named(instances: string[]): string {
  return instances.length <= 2 ? instances.join(' and ') : amount(instances.length, 'agent');
}

/** Accounts first; of a model only what is not its account's, or one agent's alone. */
function entriesOf(provider: Provider): Entry[] {
  const { name, accounts, models } = provider;
  const ofAccounts = accounts.map(({ id, instances, health }): Entry => {
    const subject = instances == null ? name : `${name} for ${named(instances)}`;
    return { key: `${name}/${id}`, subject, health, model: null, isOf: (agent) => accountOf(provider, agent.name)?.id === id };
  });
  const shared = accounts.find(({ instances }) => instances == null)?.health;
  const isAsItsAccount = (health: ProviderHealth) => shared !== undefined && shared.state !== 'closed' && worse(shared, health) === shared;
  const ofModels = models
    .filter(({ health }) => !isAsItsAccount(health) && (health.scope === 'tier' || health.scope === 'host'))
    .map(({ model, health }): Entry => {
      const subject = `${model} of ${name}${health.scope === 'host' ? ' on one machine' : ''}`;
      return { key: `${name}/${model}`, subject, health, model, isOf: () => true };
    });
  return [...ofAccounts, ...ofModels].filter(({ health }) => health.state !== 'closed');
}

/** The tier that this is in the agent's chain; 0: not in it. */
function tierIn({ provider_chain: chain }: Agent, provider: string, model: string | null): number {
  return 1 + chain.findIndex((tier) => tier.provider === provider && (model === null || tier.model === model));
}

/** `6 agents on ②, 2 hold 14 tasks`; '' when nobody feels it. */
function effects(displaced: Agent[], holding: Agent[]): string {
  const tiers = [...new Set(displaced.map(({ provider_state: { current_tier: tier } }) => tier))].sort();
  const parts = tiers.map((tier): [number, string] => [
    displaced.filter(({ provider_state: state }) => state.current_tier === tier).length,
    `on ${tierGlyph(tier)}`,
  ]);
  if (holding.length > 0) {
    const tasks = holding.reduce((sum, { held }) => sum + (held?.tasks ?? 0), 0);
    parts.push([holding.length, `${holding.length === 1 ? 'holds' : 'hold'} ${amount(tasks, 'task')}`]);
  }
  return parts.map(([many, what], index) => `${index === 0 ? amount(many, 'agent') : many} ${what}`).join(', ');
}

/** Red for tasks that wait for what is out, amber for agents that are worse off; a turn that is waited for is told calmly. */
function toneOf(health: ProviderHealth, displaced: Agent[], holding: Agent[]): Tone {
  if (isOut(health)) return holding.length > 0 ? 'danger' : 'warning';
  return displaced.length > 0 ? 'warning' : 'neutral';
}

const order: Tone[] = ['danger', 'warning', 'neutral'];

/** What is wrong with the providers, first that for which tasks are held: `anthropic is out until 23:45 (quota): 6 agents on ②, 2 hold 14 tasks`. */
export function outagesOf(providers: Provider[], agents: Agent[], now: number): Outage[] {
  const outages = providers.flatMap((provider) =>
    entriesOf(provider).flatMap(({ key, subject, health, model, isOf }): Outage[] => {
      const tierOf = (agent: Agent) => tierIn(agent, provider.name, model);
      const users = agents.filter((agent) => isOf(agent) && tierOf(agent) > 0);
      const holding = users.filter(({ held }) => held?.provider === provider.name && (model === null || held.model === model));
      const displaced = users.filter((agent) => {
        const { current_tier: tier, paused } = agent.provider_state;
        return !paused && !holding.includes(agent) && tier > tierOf(agent);
      });
      const cause = health.kind == null || health.state === 'unconfigured' ? '' : ` (${health.kind})`;
      const felt = effects(displaced, holding);
      // Nothing had failed, and nobody waits.
      if (felt === '' && health.kind == null && !isOut(health)) return [];
      return [
        {
          key,
          provider: provider.name,
          tone: toneOf(health, displaced, holding),
          words: `${subject} is ${healthWords(health, now)}${cause}${felt === '' ? '' : `: ${felt}`}.`,
          agents: [...displaced, ...holding].map(({ name }) => name),
          isNeeded: felt !== '' || users.some((agent) => agent.provider_state.current_tier === tierOf(agent)),
        },
      ];
    }),
  );
  return outages.sort((a, b) => order.indexOf(a.tone) - order.indexOf(b.tone));
}
