/** One value of a resource by its path: `main.sampling_parameters.temperature`. */
export interface Leaf {
  path: string;
  value: string;
  secret: boolean;
}

const secretName = /(^|[._-])(api[_-]?key|auth[_-]?token|token|secret|password|authorization)$/i;

export function isSecret(path: string): boolean {
  return secretName.test(path);
}

/** All values of `resources`, flat, in their order. */
export function leavesOf(value: unknown, path = ''): Leaf[] {
  if (typeof value === 'object' && value !== null) {
    const entries = Array.isArray(value) ? value.map((item, index) => [String(index), item] as const) : Object.entries(value);
    if (entries.length > 0) return entries.flatMap(([key, item]) => leavesOf(item, path === '' ? key : `${path}.${key}`));
  }
  return [{ path, value: typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), secret: isSecret(path) && value !== null && value !== '' }];
}

export interface Change {
  path: string;
  before: string | null;
  after: string | null;
  secret: boolean;
}

/** What differs from `before` to `after`, by path. */
export function changesOf(before: unknown, after: unknown): Change[] {
  const old = new Map(leavesOf(before).map((leaf) => [leaf.path, leaf]));
  const fresh = new Map(leavesOf(after).map((leaf) => [leaf.path, leaf]));
  const paths = [...new Set([...old.keys(), ...fresh.keys()])];
  return paths
    .filter((path) => old.get(path)?.value !== fresh.get(path)?.value)
    .map((path) => ({
      path,
      before: old.get(path)?.value ?? null,
      after: fresh.get(path)?.value ?? null,
      secret: (old.get(path) ?? fresh.get(path))?.secret ?? false,
    }));
}
