import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

/** The address's parameters, and a setter for some of them: '' removes one, and any change starts at page one. */
export function useQueryState(): [URLSearchParams, (changes: Record<string, string>) => void] {
  const [query, setQuery] = useSearchParams();
  const change = useCallback(
    (changes: Record<string, string>) =>
      setQuery(
        (current) => {
          const next = new URLSearchParams(current);
          if (!('page' in changes)) next.delete('page');
          for (const [key, value] of Object.entries(changes)) {
            if (value === '') next.delete(key);
            else next.set(key, value);
          }
          return next;
        },
        { replace: true },
      ),
    [setQuery],
  );
  return [query, change];
}

export function pageOf(query: URLSearchParams): number {
  return Math.max(1, Math.floor(Number(query.get('page') ?? 1)) || 1);
}
