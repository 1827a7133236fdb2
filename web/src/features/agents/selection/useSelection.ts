import { useDebouncedCallback } from '@mantine/hooks';
import { useCallback, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { selectionOf, withSelection, type Selection } from './selection';

interface Selected {
  selection: Selection;
  change: (part: Partial<Selection>) => void;
  /** The text of the search field; it reaches the address a moment later. */
  text: string;
  setText: (text: string) => void;
}

/** Search, filters and order, kept in the address. */
export function useSelection(): Selected {
  const [query, setQuery] = useSearchParams();
  const selection = useMemo(() => selectionOf(query), [query]);
  const change = useCallback(
    (part: Partial<Selection>) => setQuery((now) => withSelection(now, { ...selectionOf(now), ...part }), { replace: true }),
    [setQuery],
  );
  const [text, setText] = useState(selection.text);
  const [seen, setSeen] = useState(selection.text);
  const [written, setWritten] = useState(selection.text);
  // The address changed from outside (a link, Back): the field follows. Our own change is not news.
  if (seen !== selection.text) {
    setSeen(selection.text);
    if (selection.text !== written) {
      setText(selection.text);
      setWritten(selection.text);
    }
  }
  const write = useDebouncedCallback((next: string) => {
    setWritten(next);
    change({ text: next });
  }, 200);
  return {
    selection,
    change,
    text,
    setText: (next) => {
      setText(next);
      write(next);
    },
  };
}
