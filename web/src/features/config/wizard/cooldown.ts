import type { Kind } from '../../../api/types';
import { isObject, type Json, type JsonObject } from '../model/json';

/** The kinds of failure that put a provider out, and for how many minutes if nothing is set and the provider says nothing. */
export const usualMinutes = {
  auth_error: 60,
  quota: 60,
  rate_limit: 5,
  server_error: 0.5,
  timeout: 0.5,
  network: 0.5,
  model_not_found: 60,
} as const satisfies Partial<Record<Kind, number>>;

export type CooldownForm = 'number' | 'kinds';

/** How the value is written; null: it is not, and both forms are possible. */
export function formOf(value: Json | undefined): CooldownForm | null {
  if (value === undefined) return null;
  return isObject(value) ? 'kinds' : 'number';
}

/** The number becomes the default of all kinds, and the other way round. */
export function inForm(value: Json | undefined, form: CooldownForm): Json | undefined {
  if (value === undefined || formOf(value) === form) return value;
  if (form === 'kinds') return { default: value };
  return isObject(value) ? value['default'] : undefined;
}

/** What applies to a kind that is not set: the default, or the usual minutes. */
export function placeholderOf(value: JsonObject, kind: string): string {
  const { default: common } = value;
  if (kind !== 'default' && typeof common === 'number') return String(common);
  return String(new Map<string, number>(Object.entries(usualMinutes)).get(kind) ?? 'what fits the kind');
}

/** The fields of the form: the known kinds, and whatever else the document has, so that it can be seen and removed. */
export function kindsOf(value: JsonObject): string[] {
  const known = ['default', ...Object.keys(usualMinutes)];
  return [...known, ...Object.keys(value).filter((key) => !known.includes(key))];
}
