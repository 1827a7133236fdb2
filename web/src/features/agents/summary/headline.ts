import type { Agent, Health, Provider } from '../../../api/types';
import { retryIn } from '../../../shared/agent/tier';
import { clock } from '../../../shared/format';
import { outagesOf } from '../../../shared/health/outages';
import type { Tone } from '../../../shared/trouble';
import type { Flip } from '../cells/history';
import { pausedSince } from '../cells/history';
import type { Selection } from '../selection/selection';

/** One sentence on what is wrong, the agents it is about, and the filter that shows them. */
export interface Finding {
  key: string;
  tone: Tone;
  words: string;
  agents: string[];
  filter: Pick<Selection, 'tier' | 'activity'> | null;
  /** Where to read on, instead of in the table. */
  link?: { to: string; label: string };
}

type Flips = Record<string, Flip[]>;
const named = 3;

function list(agents: Agent[], describe: (agent: Agent) => string): string {
  const texts = agents.slice(0, named).map((agent) => `${agent.name}${describe(agent)}`);
  const more = agents.length - named;
  return more > 0 ? `${texts.join(', ')} and ${more} more` : texts.join(', ');
}

function counted(agents: Agent[], one: string, many: string): string {
  return agents.length === 1 ? `1 agent ${one}` : `${agents.length} agents ${many}`;
}

function because({ provider_state: state }: Agent): string {
  return state.last_failure_kind === null ? '' : ` (${state.last_failure_kind})`;
}

/** What an operator should know: of the store, of the providers, then of agents; of each the worst first. Empty: all is well. */
export function findings(
  agents: Agent[],
  health: Health | undefined,
  flips: Flips | undefined,
  now: number,
  providers: Provider[] = [],
): Finding[] {
  const found: Finding[] = [];
  const add = (key: string, tone: Tone, chosen: Agent[], filter: Finding['filter'], words: () => string) => {
    if (chosen.length > 0) found.push({ key, tone, words: words(), agents: chosen.map(({ name }) => name), filter });
  };
  const since = (at: number | null) => (at === null ? '' : ` since ${clock(at, now)}`);
  const sincePause = ({ name }: Agent) => since(pausedSince(flips?.[name]));

  if (health !== undefined && health.store !== 'ok') {
    found.push({
      key: 'store',
      tone: 'danger',
      words: `The store accepts no writes, and no task starts or ends until it does: ${health.store}`,
      agents: [],
      filter: null,
    });
  }

  const outages = outagesOf(providers, agents, now).filter(({ isNeeded }) => isNeeded);
  for (const { key, provider, tone, words, agents: concerned } of outages) {
    found.push({ key: `provider-${key}`, tone, words, agents: concerned, filter: null, link: { to: '/providers', label: provider } });
  }
  // Told with their provider; what is left has reasons of its own.
  const told = new Set(outages.flatMap((outage) => outage.agents));

  const exhausted = agents.filter(({ name, provider_state: state }) => state.pause_reason === 'exhausted' && !told.has(name));
  add('exhausted', 'danger', exhausted, { tier: 'exhausted', activity: null }, () => {
    const waiting = exhausted.reduce((sum, { queue_depth: depth }) => sum + depth, 0);
    const tail = waiting === 0 ? '' : ` ${waiting === 1 ? '1 task waits' : `${waiting} tasks wait`}.`;
    const details = (agent: Agent) => {
      const retry = retryIn(agent, now);
      return `${sincePause(agent)}${because(agent)}${retry === null ? '' : `, retry ${retry}`}`;
    };
    return `${counted(exhausted, 'has', 'have')} no tier left: ${list(exhausted, details)}.${tail}`;
  });

  for (const [runtime, state] of Object.entries(health?.runtimes ?? {})) {
    if (state !== 'unreachable') continue;
    found.push({
      key: `runtime-${runtime}`,
      tone: 'danger',
      words: `The ${runtime} engine cannot be reached: its agents start nothing until it answers.`,
      agents: [],
      filter: null,
    });
  }

  const failed = agents.filter(({ state }) => state.lifecycle_state === 'failed');
  add('failed', 'danger', failed, { tier: null, activity: 'failed' }, () => {
    const reason = ({ state }: Agent) => {
      const event = state.lifecycle_metrics?.last_event;
      return event === undefined ? '' : `${since(event.ts)} (${event.summary})`;
    };
    return `${counted(failed, 'does', 'do')} not start: ${list(failed, reason)}.`;
  });

  const frozen = agents.filter(({ state }) => state.lifecycle_state === 'paused');
  add('frozen', 'warning', frozen, { tier: null, activity: 'paused' }, () => {
    const details = ({ state }: Agent) =>
      since(state.lifecycle_metrics?.last_event?.type === 'container.paused' ? state.lifecycle_metrics.last_event.ts : null);
    return `${counted(frozen, 'is frozen', 'are frozen')}: somebody paused the container. ${list(frozen, details)}. Tasks wait until it is unpaused.`;
  });

  const fallback = agents.filter(({ name, provider_state: state }) => !state.paused && state.current_tier > 1 && !told.has(name));
  add('fallback', 'warning', fallback, { tier: 'fallback', activity: null }, () => {
    const details = (agent: Agent) => `${since(agent.provider_state.last_failover_at)}${because(agent)}`;
    return `${counted(fallback, 'runs', 'run')} on a fallback: ${list(fallback, details)}.`;
  });

  const paused = agents.filter(({ provider_state: state }) => state.pause_reason === 'operator');
  add('paused', 'neutral', paused, { tier: 'paused', activity: null }, () => {
    return `${counted(paused, 'is', 'are')} paused by an operator: ${list(paused, sincePause)}.`;
  });
  return found;
}

/** The quiet line. */
export function allIsWell(agents: Agent[]): string {
  if (agents.length === 1) return 'All is well: the one agent is on its first tier.';
  return `All is well: ${agents.length} agents, each on its first tier.`;
}
