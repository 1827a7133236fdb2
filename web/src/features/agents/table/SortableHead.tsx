import { UnstyledButton } from '@mantine/core';
import classes from '../agents.module.css';
import type { Selection, SortKey } from '../selection/selection';
import type { Column } from './columns';

interface Props {
  column: Column;
  sort: Pick<Selection, 'sort' | 'descending'>;
  onSort: (key: SortKey) => void;
}

export function SortableHead({ column: { id, label, sort: key }, sort, onSort }: Props) {
  if (key === undefined) {
    return (
      <th scope="col" className={classes.headCell} data-column={id}>
        {label}
      </th>
    );
  }
  const active = sort.sort === key;
  return (
    <th
      scope="col"
      className={classes.headCell}
      data-column={id}
      aria-sort={active ? (sort.descending ? 'descending' : 'ascending') : 'none'}
    >
      <UnstyledButton className={classes.sort} data-active={active} onClick={() => onSort(key)}>
        {label}
        <span aria-hidden className={classes.arrow}>
          {active ? (sort.descending ? '↓' : '↑') : '↕'}
        </span>
      </UnstyledButton>
    </th>
  );
}
