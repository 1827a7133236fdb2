import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { DrawnTable, type TableProps } from './DrawnTable';

/** The visible rows of many agents. */
export function WindowedTable(props: TableProps) {
  const { agents } = props;
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- no compiler here memoises what it returns
  const virtual = useVirtualizer({
    count: agents.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 41,
    overscan: 12,
    getItemKey: (index) => agents[index]?.name ?? index,
    initialRect: { width: 1200, height: 800 },
  });
  const items = virtual.getVirtualItems();
  const part = {
    first: items[0]?.index ?? 0,
    last: items.at(-1)?.index ?? -1,
    above: items[0]?.start ?? 0,
    below: virtual.getTotalSize() - (items.at(-1)?.end ?? 0),
    measure: virtual.measureElement,
    scroller,
  };
  return <DrawnTable {...props} part={part} />;
}
