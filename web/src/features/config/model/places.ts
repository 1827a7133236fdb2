import { chainOf } from './chain';
import { contained } from './contained';
import { credentials } from './credentials';
import { objectOf, pathOf, type JsonObject } from './json';
import { typesOf } from './types';

export const tabs = ['provider', 'container', 'agent', 'instances'] as const;
export type Tab = (typeof tabs)[number];
const sections = ['types', 'providers', 'service', 'json'] as const;
export type Section = (typeof sections)[number];

/** What the page shows. */
export interface Place {
  section: Section;
  type: string | null;
  tab: Tab;
}

export function isTab(text: string | null): text is Tab {
  return tabs.some((tab) => tab === text);
}

export function placeOfQuery(query: URLSearchParams, document: JsonObject): Place {
  const asked = query.get('section');
  const names = Object.keys(typesOf(document));
  const type = query.get('type');
  const tab = query.get('tab');
  return {
    section: sections.find((section) => section === asked) ?? 'types',
    type: type !== null && names.includes(type) ? type : (names[0] ?? null),
    tab: isTab(tab) ? tab : 'provider',
  };
}

export function queryOfPlace({ section, type, tab }: Partial<Place>): Record<string, string> {
  if (section !== undefined && section !== 'types') return { section };
  return { ...(type && { type }), ...(tab && { tab }) };
}

const tabOfKey: Record<string, Tab> = {
  provider_chain: 'provider',
  provider: 'provider',
  model: 'provider',
  failover: 'provider',
  usage_threshold_tokens: 'provider',
  container: 'container',
  agent: 'agent',
  instances: 'instances',
};

const known: Record<string, readonly string[]> = {
  container: [
    'mode',
    'image',
    'lazy',
    'idle_stop_min',
    'min_up_s',
    'start_timeout_s',
    'stop_grace_s',
    'drain_deadline_min',
    'drain_policy',
    'command',
    'workdir',
    'mounts',
    'network',
    'memory_mb',
    'readiness',
    ...contained,
    'warm',
  ],
  agent: ['adapter', 'command', 'timeout_s', 'silence_s', 'env'],
  service: [
    'listen',
    'state_dir',
    'usage_window',
    'auth',
    'allowed_origins',
    'allowed_hosts',
    'runtimes',
    'retention',
    'shutdown',
    'parallel_starts',
    'share_health',
    'log_format',
  ],
  provider: ['base_url', ...credentials, 'silence_s', 'env'],
  failover: [
    'cooldown_min',
    'return',
    'wait_in_place_s',
    'give_up_after_min',
    'on_exhausted',
    'resume_when_possible',
    'triggers',
    'server_error_threshold',
  ],
};

function isKnown(block: string, key: string | undefined): boolean {
  return key === undefined || known[block] === undefined || known[block].includes(key);
}

/** The place of a problem's field; without a field, the whole file. */
export function placeOfProblem(pointer: string): Place {
  const [top, name, key, inner] = pathOf(pointer);
  if (top === 'agent_types' && name !== undefined) {
    const tab = key === undefined ? 'provider' : tabOfKey[key];
    if (tab !== undefined && isKnown(key ?? '', inner)) return { section: 'types', type: name, tab };
  }
  if (top === 'providers' && isKnown('provider', key)) return { section: 'providers', type: null, tab: 'provider' };
  if (top === 'service' && isKnown('service', name)) return { section: 'service', type: null, tab: 'provider' };
  return { section: 'json', type: null, tab: 'provider' };
}

/** The fields of the short form are those of the only tier. */
export function fieldPointer(pointer: string, document: JsonObject): string {
  const [top, name = '', key = '', ...rest] = pathOf(pointer);
  const type = objectOf(typesOf(document)[name]);
  const short = top === 'agent_types' && (key === 'provider' || key === 'model') && rest.length === 0 && chainOf(type).length === 1;
  return short ? `/agent_types/${name}/provider_chain/0/${key}` : pointer;
}
