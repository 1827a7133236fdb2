import { Button } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, type KeyboardEvent, type ReactNode } from 'react';
import type { Find } from '../find/useFind';
import { useHighlight } from '../find/useHighlight';
import { useGoTo } from './useGoTo';
import { useStickToEnd } from './useStickToEnd';
import classes from './view.module.css';

/** Fewer rows than this are all drawn, so that the browser's own search finds them. */
const drawAll = 80;

export interface Following {
  follow: boolean;
  onFollow: (follow: boolean) => void;
  live: boolean;
  startAtEnd: boolean;
  find?: Pick<Find, 'query' | 'hits' | 'target'>;
}

interface Props extends Following {
  label: string;
  count: number;
  version: number;
  keyOf: (at: number) => string;
  estimate: (at: number) => number;
  draw: (at: number) => ReactNode;
  onNearTop: () => void;
}

const nothing: NonNullable<Following['find']> = { query: '', hits: [], target: null };

/** A scrolling list that draws only its visible rows. Rows may be added at either end without moving what one reads. */
export function VirtualRows({ label, count, version, keyOf, estimate, draw, onNearTop, find = nothing, ...following }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const windowed = count > drawAll;
  // eslint-disable-next-line react-hooks/incompatible-library -- no compiler here memoises what it returns
  const virtual = useVirtualizer({
    count,
    enabled: windowed,
    getScrollElement: () => scroller.current,
    estimateSize: estimate,
    getItemKey: keyOf,
    overscan: 6,
    anchorTo: 'end',
    // Growing rows keep the end visible only while it is followed; otherwise what one has unfolded would scroll away.
    scrollEndThreshold: following.follow ? 80 : -1,
  });
  const toEnd = () => {
    if (windowed) virtual.scrollToEnd();
    else if (scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight;
  };
  const toStart = () => {
    if (windowed) virtual.scrollToIndex(0);
    else if (scroller.current) scroller.current.scrollTop = 0;
  };
  useGoTo(find.target, scroller, windowed ? (at) => virtual.scrollToIndex(at, { align: 'center' }) : null);
  useHighlight(scroller, find.query);
  const hits = new Set(find.hits);
  const { away, handlers } = useStickToEnd({ scroller, version, toEnd, onNearTop, ...following });
  const onKeyDown = (event: KeyboardEvent) => {
    handlers.onKeyDown();
    if (event.target !== scroller.current || (event.key !== 'Home' && event.key !== 'End')) return;
    // The browser's own scrolling is animated, and gets lost when rows on the way turn out to have another height.
    event.preventDefault();
    if (event.key === 'Home') toStart();
    else toEnd();
  };
  const items = windowed
    ? virtual.getVirtualItems()
    : Array.from({ length: count }, (_, index) => ({ index, key: keyOf(index), start: 0 }));
  return (
    <div className={classes.frame}>
      <div ref={scroller} className={classes.scroller} role="region" aria-label={label} tabIndex={0} {...handlers} onKeyDown={onKeyDown}>
        <div
          role="list"
          aria-label={label}
          className={windowed ? classes.canvas : undefined}
          style={windowed ? { height: virtual.getTotalSize() } : undefined}
        >
          {items.map(({ index, key, start }) => (
            <div
              key={key}
              role="listitem"
              aria-posinset={index + 1}
              aria-setsize={count}
              data-index={index}
              data-found={find.target?.at === index ? 'here' : hits.has(index) || undefined}
              ref={windowed ? virtual.measureElement : undefined}
              className={windowed ? classes.placed : undefined}
              style={windowed ? { transform: `translateY(${start}px)` } : undefined}
            >
              {draw(index)}
            </div>
          ))}
        </div>
      </div>
      {away && (
        <Button
          className={classes.jump}
          size="compact-sm"
          variant="default"
          leftSection={<IconArrowDown size={14} aria-hidden />}
          onClick={() => {
            if (following.live) following.onFollow(true);
            toEnd();
          }}
        >
          Jump to end
        </Button>
      )}
    </div>
  );
}
