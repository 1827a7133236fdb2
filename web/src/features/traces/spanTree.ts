import type { Span } from '../../api/types';

interface SpanNode {
  span: Span;
  depth: number;
  children: SpanNode[];
  /** It names a parent that is not among these spans. */
  orphan: boolean;
}

function startOf(span: Span): number {
  return span.start_time ?? span.end_time ?? Infinity;
}

function earlierFirst(a: Span, b: Span): number {
  return startOf(a) - startOf(b) || a.sequence_id - b.sequence_id;
}

/** Parents before children, earlier before later. A span whose parent is missing, or that is its own ancestor, is a root. */
export function treeOf(spans: readonly Span[]): SpanNode[] {
  const known = new Map(spans.map((span) => [span.span_id, span]));
  const childrenOf = new Map<string, Span[]>();
  const roots: Span[] = [];
  for (const span of spans) {
    if (span.parent_id === null || !known.has(span.parent_id) || isInCycle(span, known)) roots.push(span);
    else childrenOf.set(span.parent_id, [...(childrenOf.get(span.parent_id) ?? []), span]);
  }
  const nodeOf = (span: Span, depth: number): SpanNode => ({
    span,
    depth,
    orphan: span.parent_id !== null && !known.has(span.parent_id),
    children: (childrenOf.get(span.span_id) ?? []).sort(earlierFirst).map((child) => nodeOf(child, depth + 1)),
  });
  return roots.sort(earlierFirst).map((span) => nodeOf(span, 0));
}

function isInCycle(span: Span, known: ReadonlyMap<string, Span>): boolean {
  const seen = new Set<string>();
  for (let at: Span | undefined = span; at !== undefined && at.parent_id !== null; at = known.get(at.parent_id)) {
    if (seen.has(at.span_id)) return true;
    seen.add(at.span_id);
  }
  return false;
}

/** The tree as lines, without the children of closed nodes. */
export function linesOf(nodes: readonly SpanNode[], closed: ReadonlySet<string>): SpanNode[] {
  return nodes.flatMap((node) => [node, ...(closed.has(node.span.span_id) ? [] : linesOf(node.children, closed))]);
}

interface Extent {
  start: number;
  end: number;
}

/** From the first start to the last end, in Unix seconds; null when no span has a time. */
export function extentOf(spans: readonly Span[]): Extent | null {
  let start = Infinity;
  let end = -Infinity;
  for (const { start_time, end_time } of spans) {
    if (start_time !== null) start = Math.min(start, start_time);
    const last = end_time ?? start_time;
    if (last !== null) end = Math.max(end, last);
  }
  return start <= end ? { start, end } : null;
}

/** The position of a span's bar, in percent of the extent. A span that never ended reaches to the end. */
export function barOf(span: Span, { start, end }: Extent): { left: number; width: number } | null {
  if (span.start_time === null) return null;
  const whole = Math.max(end - start, 1e-9);
  const left = (100 * (span.start_time - start)) / whole;
  const width = (100 * ((span.end_time ?? end) - span.start_time)) / whole;
  return { left: Math.min(left, 99.6), width: Math.max(0.4, Math.min(width, 100 - left)) };
}

/** These spans and all their ancestors, so that a search result is still a tree. */
export function withAncestors(spans: readonly Span[], some: readonly Span[]): readonly Span[] {
  if (some.length === spans.length) return spans;
  const known = new Map(spans.map((span) => [span.span_id, span]));
  const kept = new Set<Span>();
  for (const span of some)
    for (let at: Span | undefined = span; at !== undefined && !kept.has(at); at = known.get(at.parent_id ?? '')) kept.add(at);
  return spans.filter((span) => kept.has(span));
}
