import { isObject } from '../../../shared/isObject';

/** Readers of JSON without a promised shape. */
export interface JsonObject {
  readonly [key: string]: unknown;
}

export function objectIn(from: JsonObject | null | undefined, key: string): JsonObject | null {
  const value = from?.[key];
  return isObject(value) ? value : null;
}

export function textIn(from: JsonObject | null | undefined, key: string): string | null {
  const value = from?.[key];
  return typeof value === 'string' ? value : null;
}

export function numberIn(from: JsonObject | null | undefined, key: string): number | null {
  const value = from?.[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function listIn(from: JsonObject | null | undefined, key: string): readonly unknown[] {
  const value = from?.[key];
  return Array.isArray(value) ? value : [];
}

/** The text as an object, if it is one. */
export function parseObject(text: string): JsonObject | null {
  if (!/^\s*\{/.test(text)) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
