import { useCallback, useMemo, useState } from 'react';
import type { Span } from '../../api/types';
import { milliseconds } from '../../shared/format';
import { SpanLine } from './SpanLine';
import { extentOf, linesOf, treeOf, withAncestors } from './spanTree';
import classes from './Traces.module.css';

interface Props {
  /** Of the whole attempt. */
  spans: readonly Span[];
  /** The matches of a search; each is drawn with its ancestors. */
  found: readonly Span[];
  /** Bars over time next to the names, or details of each span. */
  bars: boolean;
  onOpen: (span: Span) => void;
}

/** The spans of an attempt by parent: as a waterfall over time, or as a tree with details. */
export function SpanTreeView({ spans, found, bars, onOpen }: Props) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const tree = useMemo(() => treeOf(withAncestors(spans, found)), [spans, found]);
  const isFound = useMemo(() => new Set(found.length < spans.length ? found : []), [spans, found]);
  const extent = useMemo(() => extentOf(spans), [spans]);
  const onToggle = useCallback(
    (id: string) =>
      setClosed((before) => {
        const next = new Set(before);
        if (!next.delete(id)) next.add(id);
        return next;
      }),
    [],
  );
  return (
    <div role="tree" aria-label={bars ? 'Waterfall' : 'Span tree'} className={classes.tree}>
      {bars && extent !== null && (
        <div className={classes.line} aria-hidden>
          <span />
          <span className={classes.scale}>
            <span>0</span>
            <span>{milliseconds(((extent.end - extent.start) / 2) * 1000)}</span>
            <span>{milliseconds((extent.end - extent.start) * 1000)}</span>
          </span>
        </div>
      )}
      {linesOf(tree, closed).map(({ span, depth, children, orphan }) => (
        <SpanLine
          key={`${span.span_id} ${span.sequence_id}`}
          span={span}
          depth={depth}
          open={children.length === 0 ? null : !closed.has(span.span_id)}
          orphan={orphan}
          found={isFound.has(span)}
          from={bars ? (extent?.start ?? null) : null}
          to={bars ? (extent?.end ?? null) : null}
          bars={bars}
          onToggle={onToggle}
          onOpen={onOpen}
        />
      ))}
    </div>
  );
}
