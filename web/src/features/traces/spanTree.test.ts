import { expect, it } from 'vitest';
import { span } from './fixtures';
import { barOf, extentOf, linesOf, treeOf, withAncestors } from './spanTree';

const spans = [
  span('child-2', { parent_id: 'root', start_time: 12, end_time: 14 }),
  span('root', { start_time: 10, end_time: 20 }),
  span('child-1', { parent_id: 'root', start_time: 11, end_time: 12 }),
  span('grandchild', { parent_id: 'child-2', start_time: 13, end_time: null }),
  span('lost', { parent_id: 'gone', start_time: 15, end_time: 16 }),
];

it('puts parents before children and earlier before later', () => {
  const lines = linesOf(treeOf(spans), new Set());
  expect(lines.map(({ span: { span_id }, depth }) => `${depth} ${span_id}`)).toEqual([
    '0 root',
    '1 child-1',
    '1 child-2',
    '2 grandchild',
    '0 lost',
  ]);
});

it('marks a span with a missing parent', () => {
  expect(
    treeOf(spans)
      .filter(({ orphan }) => orphan)
      .map(({ span: { span_id } }) => span_id),
  ).toEqual(['lost']);
});

it('hides the children of a closed node', () => {
  expect(linesOf(treeOf(spans), new Set(['child-2'])).map(({ span: { span_id } }) => span_id)).toEqual([
    'root',
    'child-1',
    'child-2',
    'lost',
  ]);
});

it('survives spans that are their own ancestors', () => {
  const loop = [span('a', { parent_id: 'b' }), span('b', { parent_id: 'a' }), span('c', { parent_id: 'c' })];
  expect(linesOf(treeOf(loop), new Set())).toHaveLength(3);
});

it('lays bars over the extent, open ones to its end', () => {
  const extent = extentOf(spans);
  expect(extent).toEqual({ start: 10, end: 20 });
  if (extent === null) return;
  expect(barOf(span('x', { start_time: 15, end_time: 20 }), extent)).toEqual({ left: 50, width: 50 });
  expect(barOf(span('x', { start_time: 18, end_time: null }), extent)).toEqual({ left: 80, width: 20 });
  expect(barOf(span('x', { start_time: null }), extent)).toBeNull();
  expect(extentOf([])).toBeNull();
});

it('keeps the ancestors of a found span, and nothing else', () => {
  const spans = [span('root'), span('a', { parent_id: 'root' }), span('b', { parent_id: 'root' }), span('c', { parent_id: 'a' })];
  expect(withAncestors(spans, spans.slice(3)).map(({ span_id }) => span_id)).toEqual(['root', 'a', 'c']);
  const circle = [span('x', { parent_id: 'y' }), span('y', { parent_id: 'x' })];
  expect(withAncestors(circle, circle.slice(0, 1))).toHaveLength(2);
});
