import type { Agent } from '../../../api/types';
import { severity } from '../../../shared/trouble';
import type { CountedTokens } from '../cells/tokens';
import { activityOf, activities, tierGroupOf, tierGroups, type Activity, type TierGroup } from './standing';

export const sortKeys = ['name', 'type', 'mode', 'tier', 'state', 'queue', 'tokens', 'cold'] as const;
export type SortKey = (typeof sortKeys)[number];

/** `fallback` and `exhausted` are the filters of the sentences above the table. */
type TierFilter = TierGroup | 'fallback' | 'exhausted';
const tierFilters: readonly TierFilter[] = [...tierGroups, 'fallback', 'exhausted'];

/** Which rows, in which order. All of it is in the address. `sort` null: the worst first. */
export interface Selection {
  text: string;
  tier: TierFilter | null;
  activity: Activity | null;
  sort: SortKey | null;
  descending: boolean;
}

function oneOf<T extends string>(values: readonly T[], text: string | null): T | null {
  return values.find((value) => value === text) ?? null;
}

export function selectionOf(query: URLSearchParams): Selection {
  return {
    text: query.get('q') ?? '',
    tier: oneOf(tierFilters, query.get('tier')),
    activity: oneOf(activities, query.get('state')),
    sort: oneOf(sortKeys, query.get('sort')),
    descending: query.get('order') === 'desc',
  };
}

/** Writes a selection into the address and keeps its other parameters (the drawer's tab). */
export function withSelection(query: URLSearchParams, { text, tier, activity, sort, descending }: Selection): URLSearchParams {
  const next = new URLSearchParams(query);
  const entries = { q: text === '' ? null : text, tier, state: activity, sort, order: sort !== null && descending ? 'desc' : null };
  for (const [name, value] of Object.entries(entries)) {
    if (value === null) next.delete(name);
    else next.set(name, value);
  }
  return next;
}

/** The next click on a column: ascending, descending, back to worst first. */
export function nextSort(
  { sort, descending }: Pick<Selection, 'sort' | 'descending'>,
  key: SortKey,
): Pick<Selection, 'sort' | 'descending'> {
  if (sort !== key) return { sort: key, descending: false };
  return descending ? { sort: null, descending: false } : { sort: key, descending: true };
}

function isOnTier(agent: Agent, filter: TierFilter): boolean {
  const group = tierGroupOf(agent);
  if (filter === 'fallback') return group === '2' || group === '3';
  if (filter === 'exhausted') return agent.provider_state.pause_reason === 'exhausted';
  return group === filter;
}

/** Every word must occur in the name, the type or the models: "review deepseek". */
function isNamed(agent: Agent, words: string[]): boolean {
  const text = [agent.name, agent.type, agent.mode, agent.provider_state.active_model].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}

const collator = new Intl.Collator('en-GB', { numeric: true });

function byTier(agent: Agent): number {
  const { paused, pause_reason: reason, current_tier: tier } = agent.provider_state;
  if (!paused) return tier;
  return reason === 'exhausted' ? 11 : 10;
}

type Value = string | number | null;

function valueOf(key: SortKey, agent: Agent, tokens: (agent: Agent) => CountedTokens | null): Value {
  switch (key) {
    case 'name':
      return agent.name;
    case 'type':
      return agent.type;
    case 'mode':
      return agent.mode;
    case 'tier':
      return byTier(agent);
    case 'state':
      return agent.state.lifecycle_state ?? activityOf(agent);
    case 'queue':
      return agent.queue_depth;
    case 'tokens':
      return tokens(agent)?.counted ?? null;
    case 'cold':
      return agent.state.lifecycle_metrics?.cold_start_ms.p50 ?? null;
  }
}

function compare(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return collator.compare(String(a), String(b));
}

/** The rows of the table. Rows without a value stay last in both directions. */
export function selectAgents(agents: Agent[], selection: Selection, tokens: (agent: Agent) => CountedTokens | null): Agent[] {
  const { tier, activity, sort, descending } = selection;
  const words = selection.text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const chosen = agents.filter(
    (agent) => (tier === null || isOnTier(agent, tier)) && (activity === null || activityOf(agent) === activity) && isNamed(agent, words),
  );
  const byName = (a: Agent, b: Agent) => collator.compare(a.name, b.name);
  if (sort === null) return chosen.sort((a, b) => severity(b) - severity(a) || byName(a, b));
  const keyed = chosen.map((agent) => ({ agent, value: valueOf(sort, agent, tokens) }));
  const sign = descending ? -1 : 1;
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null) || byName(a.agent, b.agent);
    return sign * compare(a.value, b.value) || byName(a.agent, b.agent);
  });
  return keyed.map(({ agent }) => agent);
}
