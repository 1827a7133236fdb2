import { useContext, useEffect, useRef } from 'react';
import type { TranscriptIndex } from '../parse/transcriptIndex';
import { FoldsContext } from '../rows/folds';
import type { ViewName } from '../view/Toolbar';
import type { Target } from './useFind';

interface Props {
  index: TranscriptIndex;
  view: ViewName;
  target: Target | null;
}

/** Opens the row of the current hit, so that the words are visible. */
export function Unfold({ index, view, target }: Props) {
  const { levels, set } = useContext(FoldsContext);
  const done = useRef<number>(0);
  useEffect(() => {
    if (target === null || done.current === target.turn) return;
    done.current = target.turn;
    const key = view === 'raw' ? `raw/${index.lineStart(target.at)}` : index.row(target.at)?.key;
    if (key === undefined) return;
    for (const each of view === 'raw' ? [key] : [key, `${key}/text`, `${key}/result`]) if (!levels.has(each)) set(each, 1);
  }, [index, view, target, levels, set]);
  return null;
}
