import { isObject } from '../../../shared/isObject';
import { listIn, numberIn, objectIn, textIn, type JsonObject } from './json';

/** What one row of the conversation is. */
export type RowKind =
  | 'init' // system init: the session begins
  | 'note' // another system line
  | 'retry' // a call failed and is retried
  | 'error' // the agent or its provider says that something failed
  | 'user'
  | 'assistant'
  | 'thinking'
  | 'tool' // a tool call; its result is shown with it
  | 'toolResult' // of a call that is not loaded
  | 'result' // the end of the run
  | 'text' // not JSON: plain output
  | 'half' // the last line, not complete yet
  | 'raw'; // JSON of an unknown kind

/** What a line contributes, before it has a place. */
export interface RowSeed {
  kind: RowKind;
  /** The block of the message's content, -1 for the whole line. */
  block: number;
  /** Pairs a call with its result. */
  tool: string | null;
  /** A message is written in several lines, one for each block, with one id. */
  message: string | null;
  /** Said by or to a subagent. */
  nested: boolean;
}

export interface Tokens {
  input: number;
  cacheRead: number;
  cacheWritten: number;
  /** Null: not counted yet when the line was written. */
  output: number | null;
}

export interface LineReading {
  seeds: RowSeed[];
  /** The tokens of this line's message, by its id. */
  usage: { message: string; tokens: Tokens } | null;
}

function seed(kind: RowKind, more: Partial<RowSeed> = {}): RowSeed {
  return { kind, block: -1, tool: null, message: null, nested: false, ...more };
}

/** The CLI wrote this line in the model's place, because a call failed. */
function isApiError(line: JsonObject, message: JsonObject | null): boolean {
  return line['is_api_error_message'] === true || line['isApiErrorMessage'] === true || textIn(message, 'model') === '<synthetic>';
}

function systemKind(line: JsonObject): RowKind {
  const subtype = textIn(line, 'subtype') ?? '';
  if (subtype === 'init') return 'init';
  if (subtype === 'api_retry') return 'retry';
  const failed = subtype === 'api_error' || subtype.startsWith('model_refusal') || textIn(line, 'compact_error') !== null;
  return failed ? 'error' : 'note';
}

function blockSeed(block: unknown, at: number, speaker: 'user' | 'assistant', common: Partial<RowSeed>): RowSeed | null {
  const whole = { ...common, block: at };
  if (!isObject(block)) return seed('raw', whole);
  const type = textIn(block, 'type') ?? '';
  const answered = textIn(block, 'tool_use_id');
  if (answered !== null) return seed('toolResult', { ...whole, tool: answered });
  if (type.endsWith('tool_use')) return seed('tool', { ...whole, tool: textIn(block, 'id') });
  if (type === 'thinking' || type === 'redacted_thinking') return seed('thinking', whole);
  if (type === 'text') return (textIn(block, 'text') ?? '').trim() === '' ? null : seed(speaker, whole);
  return seed('raw', whole);
}

export function tokensOf(usage: JsonObject | null, settled = true): Tokens | null {
  const input = numberIn(usage, 'input_tokens');
  const output = numberIn(usage, 'output_tokens');
  if (input === null && output === null) return null;
  return {
    input: input ?? 0,
    cacheRead: numberIn(usage, 'cache_read_input_tokens') ?? 0,
    cacheWritten: numberIn(usage, 'cache_creation_input_tokens') ?? 0,
    output: settled ? output : null,
  };
}

function readMessage(line: JsonObject, speaker: 'user' | 'assistant'): LineReading {
  const message = objectIn(line, 'message');
  const nested = textIn(line, 'parent_tool_use_id') !== null;
  const id = speaker === 'assistant' ? textIn(message, 'id') : null;
  const common = { message: id, nested };
  if (isApiError(line, message)) return { seeds: [seed('error', common)], usage: null };
  const content = message?.['content'];
  const seeds =
    typeof content === 'string'
      ? [seed(speaker, common)]
      : listIn(message, 'content')
          .map((block, at) => blockSeed(block, at, speaker, common))
          .filter((each) => each !== null);
  // A line written before its message ended has `stop_reason: null` and no count of the output.
  const tokens = tokensOf(objectIn(message, 'usage'), message?.['stop_reason'] !== null);
  return { seeds, usage: id !== null && tokens !== null ? { message: id, tokens } : null };
}

/** What a line of stream-json contributes to the conversation. Line shapes: https://code.claude.com/docs/en/headless */
export function readLine(line: JsonObject): LineReading {
  const one = (kind: RowKind): LineReading => ({ seeds: [seed(kind)], usage: null });
  const none: LineReading = { seeds: [], usage: null };
  const type = textIn(line, 'type');
  switch (type) {
    case 'assistant':
    case 'user':
      return objectIn(line, 'message') === null ? one('raw') : readMessage(line, type);
    case 'system':
      // A call begins, as its answer shows anyway.
      return textIn(line, 'status') === 'requesting' ? none : one(systemKind(line));
    case 'stream_event':
      // A piece of a block that comes whole in a line of its own.
      return none;
    case 'result':
      return one('result');
    case 'error':
      return one('error');
    case 'rate_limit_event':
      return one(textIn(objectIn(line, 'rate_limit_info'), 'status') === 'rejected' ? 'error' : 'note');
    default:
      return one('raw');
  }
}
