import { objectOf, same, type JsonObject } from './json';
import { agentNames, providersOf, typesOf, usersOf } from './types';

const blocks: Record<string, string> = {
  provider_chain: 'chain',
  provider: 'chain',
  model: 'chain',
  failover: 'failover',
  usage_threshold_tokens: 'token budget',
  container: 'container',
  agent: 'agent',
};

function names(list: string[]): string {
  return list.length <= 4 ? list.join(', ') : `${list.slice(0, 3).join(', ')} and ${list.length - 3} more`;
}

function allAgents(document: JsonObject): string[] {
  return Object.entries(typesOf(document)).flatMap(([name, type]) => agentNames(name, objectOf(type)));
}

function changedBlocks(before: JsonObject, after: JsonObject): string[] {
  const changed = Object.keys(blocks).filter((key) => !same(before[key], after[key]));
  return [...new Set(changed.map((key) => blocks[key] ?? key))];
}

/** What a save means for the agents, a sentence each. */
export function effectsOf(before: JsonObject, after: JsonObject): string[] {
  const [were, are] = [allAgents(before), allAgents(after)];
  const come = are.filter((name) => !were.includes(name));
  const gone = were.filter((name) => !are.includes(name));
  const sentences: string[] = [];
  if (come.length > 0) sentences.push(`New: ${names(come)}.`);
  if (gone.length > 0) sentences.push(`Removed: ${names(gone)}.`);
  for (const [name, value] of Object.entries(typesOf(after))) {
    if (!Object.hasOwn(typesOf(before), name)) continue;
    const type = objectOf(value);
    const changed = changedBlocks(objectOf(typesOf(before)[name]), type);
    if (changed.length > 0) sentences.push(`${names(agentNames(name, type))}: ${changed.join(', ')} changed.`);
  }
  for (const [name, provider] of Object.entries(providersOf(after))) {
    const users = usersOf(after, name);
    if (!same(provider, providersOf(before)[name]) && users.length > 0) sentences.push(`Provider ${name} changed for ${names(users)}.`);
  }
  if (sentences.length === 0) sentences.push('No agent is affected.');
  return sentences;
}
