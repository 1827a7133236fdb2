import { useDebouncedValue } from '@mantine/hooks';
import { useMemo } from 'react';
import { asApiError, type ApiError } from '../../api/problem';
import { useCheckConfigQuery, type Check } from './configApi';
import type { JsonObject } from './model/json';
import { largeNumbers } from './model/largeNumbers';

export interface Checked extends Check {
  /** The verdict on the current document is pending. */
  pending: boolean;
  /** Why the daemon gave none; it checks again on saving. */
  failure: ApiError | null;
}

/** The daemon's verdict as one types. The query is keyed by the document, so a late response for an older one is never shown. */
export function useCheck(document: JsonObject): Checked {
  const [settled] = useDebouncedValue(document, 300);
  const { data, currentData, error } = useCheckConfigQuery(settled);
  const unkept = useMemo(() => largeNumbers(settled), [settled]);
  const failed = error !== undefined && currentData === undefined;
  return {
    errors: [...(data?.errors ?? []), ...unkept],
    warnings: data?.warnings ?? [],
    pending: !failed && (currentData === undefined || settled !== document),
    failure: failed ? asApiError(error) : null,
  };
}
