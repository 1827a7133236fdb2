import { ActionIcon, Group, Text, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconSearch } from '@tabler/icons-react';
import { count } from '../../../shared/format';
import type { Find } from './useFind';

function wordsOf({ query, hits, searching, target }: Find, partly: boolean): string {
  if (query.trim() === '') return '';
  if (searching) return '…';
  const where = partly ? ' in what is loaded' : '';
  if (hits.length === 0) return `nothing${where}`;
  return `${target === null ? '' : `${count(hits.indexOf(target.at) + 1)} of `}${count(hits.length)}${where}`;
}

interface Props {
  find: Find;
  /** Only part of the transcript is loaded. */
  partly: boolean;
}

/** Finds in what is loaded: Enter goes forward, Shift+Enter goes back. */
export function FindBox({ find, partly }: Props) {
  const none = find.hits.length === 0;
  return (
    <Group gap={4} wrap="nowrap">
      <TextInput
        type="search"
        size="xs"
        w={{ base: 130, sm: 180 }}
        aria-label="Find in the transcript"
        placeholder="Find"
        leftSection={<IconSearch size={14} aria-hidden />}
        value={find.query}
        onChange={(event) => find.setQuery(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && find.query !== '') {
            // The drawer stays open.
            event.stopPropagation();
            find.setQuery('');
          }
          if (event.key !== 'Enter') return;
          event.preventDefault();
          find.go(event.shiftKey ? -1 : 1);
        }}
      />
      {find.query !== '' && (
        <>
          <ActionIcon variant="subtle" color="gray" aria-label="Previous match" disabled={none} onClick={() => find.go(-1)}>
            <IconChevronUp size={16} aria-hidden />
          </ActionIcon>
          <ActionIcon variant="subtle" color="gray" aria-label="Next match" disabled={none} onClick={() => find.go(1)}>
            <IconChevronDown size={16} aria-hidden />
          </ActionIcon>
        </>
      )}
      <Text size="xs" c="dimmed" role="status" style={{ whiteSpace: 'nowrap' }}>
        {wordsOf(find, partly)}
      </Text>
    </Group>
  );
}
