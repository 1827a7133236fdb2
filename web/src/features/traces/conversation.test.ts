import { expect, it } from 'vitest';
import { llmCallOf, rewardOf } from './conversation';
import { span, spanPage } from './fixtures';

it('reads an LLM call from gen_ai attributes', () => {
  const call = spanPage.items.map(llmCallOf).find((each) => each !== null);
  expect(call).toMatchObject({
    model: 'claude-opus-4-7',
    inputTokens: 1200,
    outputTokens: 80,
    prompt: [{ role: 'user', content: 'Review the diff in this directory.' }],
    completion: [{ role: 'assistant', content: 'I will read it first.' }],
    promptTokenIds: 3,
    responseTokenIds: 2,
  });
});

it('reads OpenInference messages too', () => {
  const call = llmCallOf(
    span('a', { attributes: { 'llm.input_messages.0.message.role': 'user', 'llm.input_messages.0.message.content': 'hi' } }),
  );
  expect(call?.prompt).toEqual([{ role: 'user', content: 'hi' }]);
});

it('takes no other span for an LLM call, and finds rewards', () => {
  expect(llmCallOf(span('a', { attributes: { 'http.status_code': 200 } }))).toBeNull();
  expect(rewardOf(span('a', { attributes: { 'agentlightning.reward.0.value': 0.75 } }))).toBe(0.75);
  expect(rewardOf(span('a'))).toBeNull();
});
