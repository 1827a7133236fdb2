import type { Span } from '../../api/types';

export interface Message {
  role: string;
  content: string;
}

export interface LlmCall {
  span: Span;
  model: string | null;
  inputTokens: number | null;
  outputTokens: number | null;
  prompt: Message[];
  completion: Message[];
  /** How many token ids were recorded: training wants both. */
  promptTokenIds: number | null;
  responseTokenIds: number | null;
}

type Attributes = Span['attributes'];

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

function numberOf(attributes: Attributes, ...keys: string[]): number | null {
  for (const key of keys) {
    const value = attributes[key];
    if (typeof value === 'number') return value;
  }
  return null;
}

function lengthOf(attributes: Attributes, key: string): number | null {
  const value = attributes[key];
  return Array.isArray(value) ? value.length : null;
}

/** `PREFIX.0.role`, `PREFIX.0.content`, …; `infix` is "message." in OpenInference's spelling. */
function indexed(attributes: Attributes, prefix: string, infix: string): Message[] {
  const messages: Message[] = [];
  for (let i = 0; ; i++) {
    const role = attributes[`${prefix}.${i}.${infix}role`];
    const content = attributes[`${prefix}.${i}.${infix}content`];
    if (role === undefined && content === undefined) return messages;
    messages.push({ role: textOf(role), content: textOf(content) });
  }
}

/** The semantic conventions in use: OpenTelemetry's gen_ai.*, and OpenInference's llm.*. */
function messagesOf(attributes: Attributes, genAi: string, openInference: string): Message[] {
  const first = indexed(attributes, genAi, '');
  return first.length > 0 ? first : indexed(attributes, openInference, 'message.');
}

export function llmCallOf(span: Span): LlmCall | null {
  const { attributes } = span;
  const prompt = messagesOf(attributes, 'gen_ai.prompt', 'llm.input_messages');
  const completion = messagesOf(attributes, 'gen_ai.completion', 'llm.output_messages');
  const model = attributes['gen_ai.response.model'] ?? attributes['gen_ai.request.model'] ?? attributes['llm.model_name'];
  if (prompt.length === 0 && completion.length === 0 && typeof model !== 'string') return null;
  return {
    span,
    model: typeof model === 'string' ? model : null,
    inputTokens: numberOf(attributes, 'gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens', 'llm.token_count.prompt'),
    outputTokens: numberOf(attributes, 'gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens', 'llm.token_count.completion'),
    prompt,
    completion,
    promptTokenIds: lengthOf(attributes, 'prompt_token_ids'),
    responseTokenIds: lengthOf(attributes, 'response_token_ids'),
  };
}

/** The reward a span carries, if it is one. */
export function rewardOf({ attributes }: Span): number | null {
  return numberOf(attributes, 'agentlightning.reward.0.value', 'agentlightning.reward', 'reward');
}
