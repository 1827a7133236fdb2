import { expect, it } from 'vitest';
import { missingFor, summaryOf } from './diagnosis';
import { span, spanPage } from './fixtures';

const call = span('a', { attributes: { 'gen_ai.request.model': 'm' } });

it('says what a trainer would miss, and nothing of spans that were never meant for one', () => {
  expect(missingFor(spanPage.items)).toEqual([]);
  expect(missingFor([call])).toEqual([]);
  expect(missingFor([...spanPage.items, call])).toEqual(['1 of 2 LLM calls carry no token ids']);
  expect(missingFor([call, span('r', { attributes: { reward: 1 } })])).toEqual(['no LLM call carries token ids']);
  expect(missingFor(spanPage.items.slice(0, 3))).toEqual(['no reward']);
});

it('sums up what the calls took and the rewards', () => {
  expect(summaryOf(spanPage.items)).toEqual(['1 LLM call', '1,200 tokens in, 80 out', 'token ids with 1', 'reward 0.75']);
  expect(summaryOf([])).toEqual([]);
});
