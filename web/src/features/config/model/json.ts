export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}
export type Path = readonly (string | number)[];

/** What JSON.parse gave is JSON all the way down; only its top is in question. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The texts of a list; the server's check reports anything else in it. */
export function textsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))) : [];
}

export function same(a: Json | undefined, b: Json | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** RFC 6901: `['env', 'a/b']` → `/env/a~1b`. */
export function pointerOf(path: Path): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

export function pathOf(pointer: string): string[] {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

export function getAt(value: Json | undefined, path: Path): Json | undefined {
  let at = value;
  for (const key of path) {
    if (Array.isArray(at)) at = at[Number(key)];
    else if (isObject(at) && Object.hasOwn(at, key)) at = at[key];
    else return undefined;
  }
  return at;
}

/** A new member goes where `like` has it, so that a value that is cleared and typed again keeps its place; otherwise to the end. */
function withMember(object: JsonObject, key: string, value: Json, like: Json | undefined): JsonObject {
  const order = isObject(like) ? Object.keys(like) : [];
  if (Object.hasOwn(object, key) || !order.includes(key)) return { ...object, [key]: value };
  const before = order.slice(0, order.indexOf(key));
  const entries = Object.entries(object);
  const after = entries.findLastIndex(([name]) => before.includes(name));
  return Object.fromEntries(entries.toSpliced(after + 1, 0, [key, value]));
}

/** A copy with `value` at `path`; anything on the way that is not an object becomes one. Keys keep their places. */
export function setAt(document: Json | undefined, [key, ...rest]: Path, value: Json, like?: Json): Json {
  if (key === undefined) return value;
  if (Array.isArray(document)) {
    const copy = [...document];
    copy[Number(key)] = setAt(copy[Number(key)], rest, value);
    return copy;
  }
  const object = objectOf(document);
  return withMember(object, String(key), setAt(getAt(object, [key]), rest, value, getAt(like, [key])), like);
}

export function without(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

/** An empty block has a meaning too. */
function staysEmpty(path: Path): boolean {
  return path.length <= 2 || path.at(-1) === 'failover';
}

/** A copy without the value at `path`, and without the blocks that this leaves empty. */
export function clearAt(document: JsonObject, path: Path): JsonObject {
  const key = path.at(-1);
  const parentPath = path.slice(0, -1);
  const parent = getAt(document, parentPath);
  if (key === undefined || parent === undefined) return document;
  if (Array.isArray(parent)) return objectOf(setAt(document, parentPath, parent.toSpliced(Number(key), 1)));
  if (!isObject(parent) || !Object.hasOwn(parent, key)) return document;
  const left = without(parent, String(key));
  if (Object.keys(left).length === 0 && !staysEmpty(parentPath)) return clearAt(document, parentPath);
  return objectOf(setAt(document, parentPath, left));
}

/** `undefined` removes the key: the default applies again. */
export function edited(document: JsonObject, path: Path, value: Json | undefined, like?: Json): JsonObject {
  return value === undefined ? clearAt(document, path) : objectOf(setAt(document, path, value, like));
}

/** A copy in which the key `from` is renamed to `to`, in the same place. */
export function renameKey(object: JsonObject, from: string, to: string): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key === from ? to : key, value]));
}
