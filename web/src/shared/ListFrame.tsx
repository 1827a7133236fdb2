import { Button, Skeleton } from '@mantine/core';
import { IconList } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { EmptyState } from './EmptyState';
import { Pages } from './Pages';
import { ProblemAlert } from './ProblemAlert';

interface List {
  items: readonly unknown[];
  offset: number;
  total: number;
}

interface Props<L extends List> {
  /** What is listed: "runners". */
  what: string;
  query: { data?: L | undefined; error?: unknown; isLoading: boolean; refetch: () => unknown };
  empty: ReactNode;
  /** Null: everything is on one page. */
  pageSize: number | null;
  onPage: (page: number) => void;
  children: (list: L) => ReactNode;
}

/** A page of a list in all its states: loading, failed (the last data stays), empty, ready. */
export function ListFrame<L extends List>({
  what,
  query: { data, error, isLoading, refetch },
  empty,
  pageSize,
  onPage,
  children,
}: Props<L>) {
  const isEmpty = data?.items.length === 0;
  return (
    <>
      {error !== undefined && (
        <ProblemAlert what={`The ${what} could not be loaded`} error={error} onRetry={() => void refetch()} stale={data !== undefined} />
      )}
      {isLoading && <Skeleton h={360} aria-busy />}
      {isEmpty && data.offset === 0 && empty}
      {isEmpty && data.offset > 0 && (
        <EmptyState
          icon={<IconList />}
          title={`No ${what} on this page`}
          action={
            <Button variant="light" onClick={() => onPage(1)}>
              First page
            </Button>
          }
        />
      )}
      {data !== undefined && !isEmpty && children(data)}
      {data !== undefined && !isEmpty && pageSize !== null && (
        <Pages offset={data.offset} shown={data.items.length} total={data.total} pageSize={pageSize} onPage={onPage} />
      )}
    </>
  );
}
