import { useEffect, useMemo, useState } from 'react';
import { yieldToBrowser } from '../load/yieldToBrowser';
import type { TranscriptIndex } from '../parse/transcriptIndex';
import type { ViewName } from '../view/Toolbar';
import { isInLine, isInRow, needleOf } from './needle';

const sliceMs = 8;
const none: number[] = [];

interface Found {
  of: string;
  at: number[];
}

/** The rows, or raw lines, that contain the query. The search runs in slices, between which the browser draws. */
export function useHits(
  index: TranscriptIndex | null,
  version: number,
  view: ViewName,
  query: string,
): { hits: number[]; searching: boolean } {
  const needle = useMemo(() => needleOf(query), [query]);
  const [found, setFound] = useState<Found>({ of: '', at: none });
  const of = `${view} ${query}`;
  useEffect(() => {
    if (needle === null || index === null) return;
    let wanted = true;
    const look = async () => {
      const at: number[] = [];
      const [count, isIn] = view === 'raw' ? [index.lineCount, isInLine] : [index.rowCount, isInRow];
      let until = performance.now() + sliceMs;
      for (let each = 0; each < count; each++) {
        if (isIn(index, each, needle)) at.push(each);
        if (performance.now() < until) continue;
        await yieldToBrowser();
        if (!wanted) return;
        until = performance.now() + sliceMs;
      }
      setFound({ of, at });
    };
    void look();
    return () => {
      wanted = false;
    };
  }, [index, version, view, needle, of]);
  if (needle === null) return { hits: none, searching: false };
  return found.of === of ? { hits: found.at, searching: false } : { hits: none, searching: true };
}
