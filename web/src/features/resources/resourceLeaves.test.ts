import { expect, it } from 'vitest';
import { changesOf, nodesOf } from './resourceLeaves';

const first =
  '{"main":{"resource_type":"llm","api_key":"sk-1","sampling_parameters":{"top_p":1.0,"seed":123456789012345678901},"stops":[]}}';

it('lists all by path, the numbers as they are written, and knows secrets', () => {
  expect(nodesOf(first).map(({ path, depth, holds, value, secret }) => [path, depth, holds, value, secret])).toEqual([
    ['main', 0, 4, expect.anything(), false],
    ['main.resource_type', 1, null, 'llm', false],
    ['main.api_key', 1, null, 'sk-1', true],
    ['main.sampling_parameters', 1, 2, expect.anything(), false],
    ['main.sampling_parameters.top_p', 2, null, '1.0', false],
    ['main.sampling_parameters.seed', 2, null, '123456789012345678901', false],
    ['main.stops', 1, null, '[]', false],
  ]);
});

it('masks what a secret holds, and nothing that is not there', () => {
  expect(
    nodesOf('{"a":{"token":["x"],"api_key":null,"password":""}}')
      .filter(({ secret }) => secret)
      .map(({ path }) => path),
  ).toEqual(['a.token', 'a.token.0']);
});

it('says what a version changed, added and took away', () => {
  const second =
    '{"main":{"resource_type":"llm","api_key":"sk-2","sampling_parameters":{"top_p":"1.0","top_k":4,"seed":123456789012345678901},"stops":[]}}';
  expect(changesOf(first, second)).toEqual([
    { path: 'main.api_key', before: 'sk-1', after: 'sk-2', secret: true },
    { path: 'main.sampling_parameters.top_p', before: '1.0', after: '1.0', secret: false },
    { path: 'main.sampling_parameters.top_k', before: null, after: '4', secret: false },
  ]);
});
