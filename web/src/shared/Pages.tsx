import { Group, Pagination, Text } from '@mantine/core';
import { count } from './format';

interface Props {
  offset: number;
  shown: number;
  total: number;
  pageSize: number;
  onPage: (page: number) => void;
}

/** "101–200 of 1,204", and links to the other pages. */
export function Pages({ offset, shown, total, pageSize, onPage }: Props) {
  const pages = Math.max(1, Math.ceil(total / pageSize));
  return (
    <Group justify="space-between" mt="sm">
      <Text size="sm" c="dimmed">
        {count(offset + 1)}–{count(offset + shown)} of {count(total)}
      </Text>
      {pages > 1 && (
        <Pagination
          size="sm"
          value={Math.floor(offset / pageSize) + 1}
          total={pages}
          onChange={onPage}
          getControlProps={(control) => ({ 'aria-label': `${control} page` })}
        />
      )}
    </Group>
  );
}
