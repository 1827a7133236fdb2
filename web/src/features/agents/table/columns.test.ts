import { expect, it } from 'vitest';
import { columns, leastWidth, spare, visibleColumns, widthOf } from './columns';

const ids = (hidden: string[], phone: boolean) => visibleColumns(hidden, phone).map(({ id }) => id);

it('never hides the name, the tier and the actions', () => {
  expect(
    ids(
      columns.map(({ id }) => id),
      false,
    ),
  ).toEqual(['name', 'tier', 'actions']);
});

it('shows a phone what fits it, whatever was chosen', () => {
  expect(ids([], true)).toEqual(['name', 'tier', 'actions']);
  expect(visibleColumns([], true).map((column) => widthOf(column, true))).toEqual([undefined, 180, 70]);
  expect(leastWidth(visibleColumns([], true), true)).toBe(0);
});

it('fits a laptop without the spare columns', () => {
  expect(leastWidth(visibleColumns(spare, false), false)).toBeLessThanOrEqual(1280 - 216 - 32);
  expect(leastWidth(visibleColumns([], false), false)).toBeLessThanOrEqual(1408 - 216 - 32);
});
