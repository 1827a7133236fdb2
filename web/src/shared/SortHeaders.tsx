import { Table, UnstyledButton } from '@mantine/core';
import type { Column } from './useListView';

interface Props<Key extends string> {
  columns: readonly Column<Key>[];
  sort: Key;
  descending: boolean;
  /** Whether a column's first click sorts it descending. */
  descendingFirst?: (key: Key) => boolean;
  onSort: (sort: Key, descending: boolean) => void;
}

/** The column headers: a click sorts by one, another click reverses the order. */
export function SortHeaders<Key extends string>({ columns, sort, descending, descendingFirst = () => false, onSort }: Props<Key>) {
  return columns.map(({ label, sort: by }) => {
    if (by === null) return <Table.Th key={label}>{label}</Table.Th>;
    const here = by === sort;
    return (
      <Table.Th key={label} aria-sort={here ? (descending ? 'descending' : 'ascending') : undefined}>
        <UnstyledButton
          fw={600}
          fz="inherit"
          style={{ whiteSpace: 'nowrap' }}
          onClick={() => onSort(by, here ? !descending : descendingFirst(by))}
        >
          {label}
          {here && <span aria-hidden> {descending ? '▾' : '▴'}</span>}
        </UnstyledButton>
      </Table.Th>
    );
  });
}
