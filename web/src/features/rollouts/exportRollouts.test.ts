import { http, HttpResponse } from 'msw';
import { expect, it } from 'vitest';
import { server } from '../../testing/server';
import { rollout } from './fixtures';
import { exportRollouts, lineOf } from './exportRollouts';
import { viewOf } from './rolloutsQuery';

it('exports JSON lines as the store sent them', () => {
  const item = '{"rollout_id":"ro-1","input":{"n":123456789012345678901,"f":1.0}}';
  expect(lineOf(item, 'jsonl')).toBe(item);
});

it('exports CSV with quotes where they are needed and no formulas', () => {
  const line = lineOf(JSON.stringify(rollout('ro-1', { input: '=SUM(A1) "x", y', metadata: { a: 1 } })), 'csv');
  expect(line).toContain('"\'=SUM(A1) ""x"", y"');
  expect(line).toContain('"{""a"":1}"');
});

/** jsdom's blobs have no text(). */
function textOf(blob: Blob): Promise<string> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.readAsText(blob);
  });
}

it('continues to the last page, and writes none twice that moved to the next', async () => {
  server.use(
    http.get('*/v1/agl/rollouts', ({ request }) => {
      const offset = Number(new URL(request.url).searchParams.get('offset'));
      // One arrived after the first page: the last of that page is the first of the second.
      const ids = offset === 0 ? Array.from({ length: 1000 }, (_, i) => `ro-${i}`) : ['ro-999', 'ro-1000'];
      return HttpResponse.json({
        items: ids.map((rollout_id) => ({ rollout_id })),
        limit: 1000,
        offset,
        total: offset === 0 ? 1001 : 1002,
      });
    }),
  );
  const heard: [number, number][] = [];
  const blob = await exportRollouts(
    { address: 'http://daemon', token: null },
    viewOf(new URLSearchParams('sort=duration')),
    'jsonl',
    (done, total) => heard.push([done, total]),
  );
  const lines = (await textOf(blob)).trimEnd().split('\n');
  expect(lines).toHaveLength(1001);
  expect(lines.at(-1)).toBe('{"rollout_id":"ro-1000"}');
  expect(heard).toEqual([
    [1000, 1001],
    [1001, 1002],
  ]);
});

it('continues where the last page ended', async () => {
  const asked: (string | null)[] = [];
  server.use(
    http.get('*/v1/agl/rollouts', ({ request }) => {
      const after = new URL(request.url).searchParams.get('after');
      asked.push(after);
      const items = Array.from({ length: after === '' ? 1000 : 1 }, (_, i) => ({ rollout_id: `ro-${after}${i}` }));
      return HttpResponse.json({ items, limit: 1000, offset: 0, total: 1001, next: after === '' ? '5.5~7' : null });
    }),
  );
  const blob = await exportRollouts({ address: 'http://daemon', token: null }, viewOf(new URLSearchParams()), 'jsonl', () => {});
  expect((await textOf(blob)).trimEnd().split('\n')).toHaveLength(1001);
  expect(asked).toEqual(['', '5.5~7']);
});
