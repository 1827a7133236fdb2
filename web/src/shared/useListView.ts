import { pageOf, useQueryState } from './useQueryState';

export interface Column<Key extends string> {
  label: string;
  /** The server's sort key; null: this column cannot be sorted. */
  sort: Key | null;
}

interface Options<Key extends string> {
  columns: readonly Column<Key>[];
  /** The default, descending. */
  usual: Key;
  pageSize: number;
}

/** How a list is sorted and paged, from the address, and the query for the server. */
export function useListView<Key extends string>({ columns, usual, pageSize }: Options<Key>) {
  const [query, set] = useQueryState();
  const sort = columns.find((column) => column.sort === query.get('sort'))?.sort ?? usual;
  const descending = query.get('order') !== 'asc';
  const asked = new URLSearchParams({
    limit: String(pageSize),
    offset: String((pageOf(query) - 1) * pageSize),
    sort_by: sort,
    sort_order: descending ? 'desc' : 'asc',
  });
  return {
    query,
    set,
    asked,
    head: { columns, sort, descending, onSort: (by: Key, down: boolean) => set({ sort: by, order: down ? 'desc' : 'asc' }) },
    onPage: (page: number) => set({ page: String(page) }),
  };
}
