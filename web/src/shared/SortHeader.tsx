import { Table, UnstyledButton } from '@mantine/core';

interface Props<Key extends string> {
  label: string;
  /** What the server sorts by; null: this column is not sorted. */
  by: Key | null;
  sort: Key;
  descending: boolean;
  /** The direction of a column's first click. */
  descendingFirst?: boolean;
  onSort: (sort: Key, descending: boolean) => void;
}

/** A column's head: a click sorts by it, another turns the direction. */
export function SortHeader<Key extends string>({ label, by, sort, descending, descendingFirst = false, onSort }: Props<Key>) {
  if (by === null) return <Table.Th>{label}</Table.Th>;
  const here = by === sort;
  return (
    <Table.Th aria-sort={here ? (descending ? 'descending' : 'ascending') : undefined}>
      <UnstyledButton fw={600} fz="sm" style={{ whiteSpace: 'nowrap' }} onClick={() => onSort(by, here ? !descending : descendingFirst)}>
        {label}
        {here && <span aria-hidden> {descending ? '▾' : '▴'}</span>}
      </UnstyledButton>
    </Table.Th>
  );
}
