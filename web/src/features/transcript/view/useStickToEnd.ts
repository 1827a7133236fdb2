import { useLayoutEffect, useRef, useState, type RefObject } from 'react';

interface Options {
  scroller: RefObject<HTMLElement | null>;
  /** Stay at the end while the content grows. */
  follow: boolean;
  onFollow: (follow: boolean) => void;
  /** Whether new content may come: then scrolling to the end means to follow. */
  live: boolean;
  startAtEnd: boolean;
  /** Changes with the content. */
  version: number;
  toEnd: () => void;
  onNearTop: () => void;
}

/** A wheel turn or key press explains scrolling within this time. */
const intentMs = 700;
const near = 300;

/**
 * Keeps a scroller at its end while it follows. Only the user's own scrolling changes that, not movement because rows are
 * measured or loaded.
 */
export function useStickToEnd({ scroller, follow, onFollow, live, startAtEnd, version, toEnd, onNearTop }: Options) {
  const [away, setAway] = useState(false);
  const last = useRef(0);
  const meant = useRef(-Infinity);
  const held = useRef(false);
  const started = useRef(false);

  useLayoutEffect(() => {
    if (follow || (startAtEnd && !started.current)) toEnd();
    started.current = true;
    // toEnd is new with every render; only content and choice move the view.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [follow, version]);

  const onScroll = () => {
    const element = scroller.current;
    if (element === null) return;
    const { scrollTop, scrollHeight, clientHeight } = element;
    const distance = scrollHeight - clientHeight - scrollTop;
    const up = scrollTop < last.current;
    last.current = scrollTop;
    setAway(distance > near);
    if (!held.current && performance.now() - meant.current > intentMs) return;
    if (up && follow && distance > 24) onFollow(false);
    if (!up && !follow && live && distance < 4) onFollow(true);
    if (up && scrollTop < near) onNearTop();
  };
  const mean = () => {
    meant.current = performance.now();
  };
  return {
    away,
    handlers: {
      onScroll,
      onWheel: mean,
      onTouchMove: mean,
      onKeyDown: mean,
      onPointerDown: () => {
        held.current = true;
        mean();
        const release = () => {
          held.current = false;
          mean();
        };
        window.addEventListener('pointerup', release, { once: true });
        window.addEventListener('pointercancel', release, { once: true });
      },
    },
  };
}
