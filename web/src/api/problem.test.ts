import { expect, it } from 'vitest';
import { asApiError, errorOf } from './problem';

const refused = (body: unknown, status = 422) => errorOf(new Response(JSON.stringify(body), { status }));

it('takes the sentence and the fields of a problem', async () => {
  const errors = [{ path: '/a', reason: 'must be a number' }];
  expect(await refused({ type: 'about:blank', title: 'No', status: 422, detail: 'It has problems.', errors })).toEqual({
    status: 422,
    title: 'No',
    detail: 'It has problems.',
    errors,
  });
});

it("takes the store's shapes: a sentence, or a list of fields", async () => {
  expect(await refused({ detail: 'Limit must be greater than 0 or -1 for no limit' }, 400)).toMatchObject({
    detail: 'Limit must be greater than 0 or -1 for no limit',
  });
  expect(await refused({ detail: [{ type: 'missing', loc: ['body', 'rollouts'], msg: 'Field required', input: {} }] })).toMatchObject({
    errors: [{ path: 'body.rollouts', reason: 'Field required' }],
  });
});

it('has words for an answer without any', async () => {
  expect(await errorOf(new Response('<html>', { status: 502 }))).toMatchObject({
    status: 502,
    detail: 'The daemon answered 502 without an explanation.',
  });
  expect(asApiError(new TypeError('x is undefined'))).toMatchObject({ status: 0, detail: 'TypeError: x is undefined' });
});
