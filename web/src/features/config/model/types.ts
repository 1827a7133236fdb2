import { chainOf, withChain } from './chain';
import { getAt, isObject, objectOf, renameKey, setAt, textOf, textsOf, without, type Json, type JsonObject } from './json';

export const mask = '•••';
const namePattern = /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/;
const providerPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Why `name` cannot be the name of a type or an instance, or null. */
export function nameFault(name: string, taken: string[]): string | null {
  if (name === '') return 'A name is needed.';
  if (!namePattern.test(name)) return 'Use 1 to 32 of a–z, 0–9 and -, neither beginning nor ending with -.';
  return taken.includes(name) ? `${name} already exists.` : null;
}

export function providerNameFault(name: string, taken: string[]): string | null {
  if (name === '') return 'A name is needed.';
  if (!providerPattern.test(name)) return 'Use 1 to 64 letters, digits, . _ and -, beginning with a letter or digit.';
  return taken.includes(name) ? `${name} already exists.` : null;
}

/** `stem`, or `stem-2`, `stem-3` … */
export function freeName(stem: string, taken: string[]): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? stem : `${stem.slice(0, 32 - 1 - String(n).length)}-${n}`;
    if (!taken.includes(name)) return name;
  }
}

export function typesOf(document: JsonObject): JsonObject {
  return objectOf(document['agent_types']);
}

export function providersOf(document: JsonObject): JsonObject {
  return objectOf(document['providers']);
}

export function instancesOf(type: JsonObject): string[] {
  return 'instances' in type ? textsOf(type['instances']) : ['default'];
}

export function agentNames(name: string, type: JsonObject): string[] {
  return instancesOf(type).map((instance) => `${name}-${instance}`);
}

export function usageWindowOf(document: JsonObject): string {
  const usage = textOf(getAt(document, ['service', 'usage_window']));
  return usage === '' ? '5h' : usage;
}

function withTypes(document: JsonObject, types: JsonObject): JsonObject {
  return objectOf(setAt(document, ['agent_types'], types));
}

/** A type that works once its chain has a model: a child process, Claude Code, one instance. */
export function addType(document: JsonObject, name: string): JsonObject {
  const provider = Object.keys(providersOf(document))[0] ?? '';
  const template: JsonObject = {
    provider_chain: [{ provider, model: '' }],
    failover: {},
    container: { mode: 'process' },
    agent: { adapter: 'claude-code' },
    instances: ['default'],
  };
  return withTypes(document, { ...typesOf(document), [name]: template });
}

/** The copy follows its original. Its masked values stand for nothing yet; the check reports each. */
export function cloneType(document: JsonObject, from: string, to: string): JsonObject {
  const entries = Object.entries(typesOf(document)).flatMap(([name, type]): [string, Json][] =>
    name === from
      ? [
          [name, type],
          [to, type],
        ]
      : [[name, type]],
  );
  return withTypes(document, Object.fromEntries(entries));
}

export function renameType(document: JsonObject, from: string, to: string): JsonObject {
  return withTypes(document, renameKey(typesOf(document), from, to));
}

export function deleteType(document: JsonObject, name: string): JsonObject {
  return withTypes(document, without(typesOf(document), name));
}

function withInstances(document: JsonObject, type: string, change: (instances: string[]) => string[]): JsonObject {
  const instances = change(instancesOf(objectOf(typesOf(document)[type])));
  return objectOf(setAt(document, ['agent_types', type, 'instances'], instances));
}

export function addInstance(document: JsonObject, type: string, name: string): JsonObject {
  return withInstances(document, type, (all) => [...all, name]);
}

export function renameInstance(document: JsonObject, type: string, at: number, to: string): JsonObject {
  return withInstances(document, type, (all) => all.with(at, to));
}

export function deleteInstance(document: JsonObject, type: string, at: number): JsonObject {
  return withInstances(document, type, (all) => all.toSpliced(at, 1));
}

function withProviders(document: JsonObject, providers: JsonObject): JsonObject {
  return objectOf(setAt(document, ['providers'], providers));
}

export function addProvider(document: JsonObject, name: string): JsonObject {
  const template: JsonObject =
    name === 'anthropic' ? { base_url: 'https://api.anthropic.com', api_key_env: 'ANTHROPIC_API_KEY' } : { base_url: 'https://' };
  return withProviders(document, { ...providersOf(document), [name]: template });
}

export function deleteProvider(document: JsonObject, name: string): JsonObject {
  return withProviders(document, without(providersOf(document), name));
}

/** The chains follow the new name of their provider. */
export function renameProvider(document: JsonObject, from: string, to: string): JsonObject {
  const types = Object.entries(typesOf(document)).map(([name, value]): [string, Json] => {
    const type = objectOf(value);
    const chain = chainOf(type);
    if (!chain.some((tier) => tier['provider'] === from)) return [name, value];
    return [
      name,
      withChain(
        type,
        chain.map((tier) => (tier['provider'] === from ? { ...tier, provider: to } : tier)),
      ),
    ];
  });
  const renamed = withProviders(document, renameKey(providersOf(document), from, to));
  return types.length === 0 ? renamed : withTypes(renamed, Object.fromEntries(types));
}

/** The types whose chain names the provider. */
export function usersOf(document: JsonObject, provider: string): string[] {
  return Object.entries(typesOf(document))
    .filter(([, type]) => chainOf(objectOf(type)).some((tier) => tier['provider'] === provider))
    .map(([name]) => name);
}

/** Whether it holds saved secrets, which do not move with it. */
export function holdsMask(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.some(holdsMask);
  return isObject(value) ? Object.values(value).some(holdsMask) : value === mask;
}
