import type { Span, SpanPage } from '../../api/types';
import { now } from '../../testing/fixtures';

const base = now / 1000 - 60;

export function span(id: string, over: Partial<Span> = {}): Span {
  return {
    rollout_id: 'ro-41f7c2e9ab03',
    attempt_id: 'at-1a2b3c4d',
    sequence_id: 1,
    trace_id: '0123456789abcdef0123456789abcdef',
    span_id: id,
    parent_id: null,
    name: id,
    status: { status_code: 'OK', description: null },
    attributes: {},
    events: [],
    links: [],
    start_time: base,
    end_time: base + 1,
    context: null,
    parent: null,
    resource: { attributes: {}, schema_url: '' },
    ...over,
  };
}

export const spanPage: SpanPage = {
  items: [
    span('aaaa000000000001', { name: 'task', sequence_id: 1, start_time: base, end_time: base + 12 }),
    span('aaaa000000000002', {
      name: 'llm.call',
      sequence_id: 2,
      parent_id: 'aaaa000000000001',
      start_time: base + 0.2,
      end_time: base + 4.7,
      attributes: {
        'gen_ai.request.model': 'claude-opus-4-7',
        'gen_ai.usage.input_tokens': 1200,
        'gen_ai.usage.output_tokens': 80,
        'gen_ai.prompt.0.role': 'user',
        'gen_ai.prompt.0.content': 'Review the diff in this directory.',
        'gen_ai.completion.0.role': 'assistant',
        'gen_ai.completion.0.content': 'I will read it first.',
        prompt_token_ids: [1, 2, 3],
        response_token_ids: [4, 5],
      },
    }),
    span('aaaa000000000003', {
      name: 'tool.Read',
      sequence_id: 3,
      parent_id: 'aaaa000000000001',
      start_time: base + 4.8,
      end_time: base + 5.1,
      status: { status_code: 'ERROR', description: 'no such file' },
    }),
    span('aaaa000000000004', {
      name: 'agentlightning.reward',
      sequence_id: 4,
      parent_id: 'bbbb000000000009',
      start_time: base + 11,
      end_time: base + 11,
      attributes: { 'agentlightning.reward.0.value': 0.75 },
    }),
  ],
  limit: 2000,
  offset: 0,
  total: 4,
};
