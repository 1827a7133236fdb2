import { isObject, textsOf, type Json } from './json';

/** The resources that a container may use. */
export const limits = ['cpus', 'pids_limit', 'gpus', 'log_max_mb'];
/** What a container may do, and whether it is reused. */
export const isolation = ['ephemeral', 'user', 'cap_drop', 'cap_add', 'no_new_privileges', 'read_only', 'tmpfs'];
export const contained: readonly string[] = [...limits, ...isolation];

/** One tmpfs on each line, its mount options after a colon; the document may have an object, a list or one path. */
export function tmpfsLines(value: Json | undefined): string[] {
  if (typeof value === 'string') return [value];
  if (!isObject(value)) return textsOf(value);
  return Object.entries(value).map(([path, options]) =>
    options === '' ? path : `${path}:${typeof options === 'string' ? options : JSON.stringify(options)}`,
  );
}

export type Gpus = 'none' | 'all' | 'some' | 'devices';

export function gpusKind(value: Json | undefined): Gpus {
  if (value === 'all') return 'all';
  if (typeof value === 'number') return 'some';
  return Array.isArray(value) ? 'devices' : 'none';
}

export function gpusOfKind(kind: Gpus): Json | undefined {
  return { none: undefined, all: 'all', some: 1, devices: [] }[kind];
}

export type Drops = 'all' | 'none' | 'listed';

export function dropsOf(value: Json | undefined): Drops {
  if (!Array.isArray(value)) return 'all';
  if (value.length === 0) return 'none';
  return value.length === 1 && value[0] === 'ALL' ? 'all' : 'listed';
}

export function capDropOf(drops: Drops): Json | undefined {
  return { all: undefined, none: [], listed: ['NET_RAW'] }[drops];
}
