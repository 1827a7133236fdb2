import { isObject, pointerOf, same, type Json, type JsonObject, type Path } from './json';

export interface Change {
  path: Path;
  before: Json | undefined;
  after: Json | undefined;
}

export interface Conflict {
  path: Path;
  base: Json | undefined;
  mine: Json | undefined;
  theirs: Json | undefined;
}

export type Side = 'mine' | 'theirs';
/** By JSON pointer. */
export type Choices = Record<string, Side>;

function memberOf(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function keysOf(...values: (Json | undefined)[]): string[] {
  return [...new Set(values.flatMap((value) => (isObject(value) ? Object.keys(value) : [])))];
}

/** The differences, as deep as there are objects; a list is one value. */
export function changesOf(before: Json | undefined, after: Json | undefined, path: Path = []): Change[] {
  if (same(before, after)) return [];
  if (!isObject(before) || !isObject(after)) return [{ path, before, after }];
  return keysOf(before, after).flatMap((key) => changesOf(memberOf(before, key), memberOf(after, key), [...path, key]));
}

type Pick = (conflict: Conflict) => Json | undefined;

function mergeValue({ path, base, mine, theirs }: Conflict, pick: Pick): Json | undefined {
  if (same(mine, theirs) || same(theirs, base)) return mine;
  if (same(mine, base)) return theirs;
  if (!isObject(mine) || !isObject(theirs)) return pick({ path, base, mine, theirs });
  const merged: JsonObject = {};
  for (const key of keysOf(theirs, mine)) {
    const value = mergeValue(
      { path: [...path, key], base: memberOf(base, key), mine: memberOf(mine, key), theirs: memberOf(theirs, key) },
      pick,
    );
    if (value !== undefined) Object.defineProperty(merged, key, { value, enumerable: true, writable: true, configurable: true });
  }
  return merged;
}

/** Where both changed the same value differently. */
export function conflictsOf(base: JsonObject, mine: JsonObject, theirs: JsonObject): Conflict[] {
  const conflicts: Conflict[] = [];
  mergeValue({ path: [], base, mine, theirs }, (conflict) => {
    conflicts.push(conflict);
    return conflict.mine;
  });
  return conflicts;
}

/** Both sides' changes; a conflict goes to the side that was chosen for it. */
export function merged(base: JsonObject, mine: JsonObject, theirs: JsonObject, choices: Choices): JsonObject {
  const result = mergeValue({ path: [], base, mine, theirs }, (conflict) => conflict[choices[pointerOf(conflict.path)] ?? 'mine']);
  return isObject(result) ? result : mine;
}
