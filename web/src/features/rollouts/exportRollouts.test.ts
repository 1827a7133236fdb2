import { expect, it } from 'vitest';
import { rollout } from './fixtures';
import { linesOf } from './exportRollouts';

it('exports JSON lines as the store sent them', () => {
  const item = '{"rollout_id":"ro-1","input":{"n":123456789012345678901,"f":1.0}}';
  expect(linesOf(`{"items":[${item}],"limit":1,"offset":0,"total":1}`, 'jsonl')).toEqual([item]);
});

it('exports CSV with quotes where they are needed and no formulas', () => {
  const [line] = linesOf(JSON.stringify({ items: [rollout('ro-1', { input: '=SUM(A1) "x", y', metadata: { a: 1 } })] }), 'csv');
  expect(line).toContain('"\'=SUM(A1) ""x"", y"');
  expect(line).toContain('"{""a"":1}"');
});
