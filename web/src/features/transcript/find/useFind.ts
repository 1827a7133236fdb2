import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import type { TranscriptIndex } from '../parse/transcriptIndex';
import type { ViewName } from '../view/Toolbar';
import { useHits } from './useHits';

/** Where the view scrolls; `turn` tells a second jump to the same place from the first. */
export interface Target {
  at: number;
  turn: number;
}

export interface Find {
  query: string;
  setQuery: (query: string) => void;
  hits: number[];
  searching: boolean;
  target: Target | null;
  go: (step: 1 | -1) => void;
}

const pauseMs = 200;

export function useFind(index: TranscriptIndex | null, version: number, view: ViewName, onGo: () => void): Find {
  const [query, setQuery] = useState('');
  const [settled] = useDebouncedValue(query, pauseMs);
  const { hits, searching } = useHits(index, version, view, query === '' ? '' : settled);
  const [target, setTarget] = useState<(Target & { of: string }) | null>(null);
  const of = `${view} ${settled}`;
  const current = target !== null && target.of === of && query !== '' ? target : null;
  const go = (step: 1 | -1) => {
    if (hits.length === 0) return;
    const here = current?.at ?? (step === 1 ? -1 : Infinity);
    const next = step === 1 ? (hits.find((at) => at > here) ?? hits[0]) : (hits.findLast((at) => at < here) ?? hits.at(-1));
    if (next === undefined) return;
    onGo();
    setTarget({ at: next, turn: (target?.turn ?? 0) + 1, of });
  };
  return { query, setQuery, hits, searching: searching || (query !== '' && query !== settled), target: current, go };
}
