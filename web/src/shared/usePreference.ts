import { useCallback, useState } from 'react';

const prefix = 'understudy.';

export function readPreference<T>(key: string, fallback: T, accepts: (value: unknown) => value is T): T {
  try {
    const text = localStorage.getItem(prefix + key);
    if (text === null) return fallback;
    const value: unknown = JSON.parse(text);
    return accepts(value) ? value : fallback;
  } catch {
    return fallback;
  }
}

export function writePreference(key: string, value: unknown): void {
  try {
    localStorage.setItem(prefix + key, JSON.stringify(value));
  } catch {
    // Private windows may refuse storage; the preference then lasts as long as the page.
  }
}

/** State that survives a reload. The stored value is checked: it may be from an older version. */
export function usePreference<T>(key: string, fallback: T, accepts: (value: unknown) => value is T): [T, (value: T) => void] {
  const [value, setValue] = useState(() => readPreference(key, fallback, accepts));
  const set = useCallback(
    (next: T) => {
      setValue(next);
      writePreference(key, next);
    },
    [key],
  );
  return [value, set];
}

export function isStringList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
