import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { PanelProblem } from '../../shared/PanelProblem';

interface Props<T> {
  /** What did not work: "The events could not be loaded". */
  what: string;
  data: T | undefined;
  error: unknown;
  onRetry: () => void;
  skeleton: ReactNode;
  children: (data: T) => ReactNode;
}

/** Loading, failed (what was there stays), ready: the same for every tab. */
export function PanelBody<T>({ what, data, error, onRetry, skeleton, children }: Props<T>) {
  if (data === undefined && error === undefined) return <div aria-busy="true">{skeleton}</div>;
  return (
    <Stack gap="md">
      {error !== undefined && <PanelProblem what={what} error={error} onRetry={onRetry} stale={data !== undefined} />}
      {data !== undefined && children(data)}
    </Stack>
  );
}
