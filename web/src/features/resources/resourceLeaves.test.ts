import { expect, it } from 'vitest';
import { changesOf, leavesOf } from './resourceLeaves';

const first = { main: { resource_type: 'llm', endpoint: 'http://a', api_key: 'sk-1', sampling_parameters: { temperature: 0.5 }, stops: [] } };

it('lists every value by its path and knows secrets', () => {
  expect(leavesOf(first)).toEqual([
    { path: 'main.resource_type', value: 'llm', secret: false },
    { path: 'main.endpoint', value: 'http://a', secret: false },
    { path: 'main.api_key', value: 'sk-1', secret: true },
    { path: 'main.sampling_parameters.temperature', value: '0.5', secret: false },
    { path: 'main.stops', value: '[]', secret: false },
  ]);
  expect(leavesOf({ a: { api_key: null } })[0]?.secret).toBe(false);
});

it('says what a version changed, added and took away', () => {
  const second = { main: { ...first.main, api_key: 'sk-2', sampling_parameters: { top_p: 1 } } };
  expect(changesOf(first, second)).toEqual([
    { path: 'main.api_key', before: 'sk-1', after: 'sk-2', secret: true },
    { path: 'main.sampling_parameters.temperature', before: '0.5', after: null, secret: false },
    { path: 'main.sampling_parameters.top_p', before: null, after: '1', secret: false },
  ]);
});
