import { useEffect, type RefObject } from 'react';
import type { Target } from '../find/useFind';

/** Scrolls a row into the middle of the view, once for each turn. `scrollTo`: for rows that may not be drawn. */
export function useGoTo(target: Target | null, scroller: RefObject<HTMLElement | null>, scrollTo: ((at: number) => void) | null): void {
  useEffect(() => {
    if (target === null) return;
    if (scrollTo !== null) scrollTo(target.at);
    else scroller.current?.querySelector(`[data-index="${target.at}"]`)?.scrollIntoView({ block: 'center' });
    // `scrollTo` is new with every render; only another turn moves the view.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [target?.turn]);
}
