import { isObject } from '../../../shared/isObject';
import { listIn, numberIn, objectIn, textIn, type JsonObject } from './json';
import { tokensOf, type Tokens } from './readLine';

/** What the result line says about the whole run. */
export interface Ending {
  failed: boolean;
  /** "error_max_turns", "api_error"; null when it ended normally. */
  reason: string | null;
  turns: number | null;
  durationMs: number | null;
  costUsd: number | null;
  tokens: Tokens | null;
  errors: string[];
  text: string | null;
}

/** `modelUsage` has the helper calls as well; `usage` is the main conversation's. */
function modelTokens(line: JsonObject): Tokens | null {
  const models = Object.values(objectIn(line, 'modelUsage') ?? {}).filter(isObject);
  if (models.length === 0) return null;
  const sum = (key: string) => models.reduce((total, model) => total + (numberIn(model, key) ?? 0), 0);
  return {
    input: sum('inputTokens'),
    cacheRead: sum('cacheReadInputTokens'),
    cacheWritten: sum('cacheCreationInputTokens'),
    output: sum('outputTokens'),
  };
}

export function endingOf(line: JsonObject): Ending {
  const subtype = textIn(line, 'subtype') ?? '';
  const failed = line['is_error'] === true || subtype.startsWith('error');
  return {
    failed,
    reason: !failed ? null : subtype.startsWith('error') ? subtype : (textIn(line, 'terminal_reason') ?? 'error'),
    turns: numberIn(line, 'num_turns'),
    durationMs: numberIn(line, 'duration_ms'),
    costUsd: numberIn(line, 'total_cost_usd'),
    tokens: modelTokens(line) ?? tokensOf(objectIn(line, 'usage')),
    errors: listIn(line, 'errors').filter((each) => typeof each === 'string'),
    text: textIn(line, 'result'),
  };
}

interface Sum extends Tokens {
  messages: number;
}

/** Adds up what the messages used: each once, by its id, as last written. */
export class UsageTally {
  #byMessage = new Map<string, Tokens>();
  #sum: Sum = { input: 0, cacheRead: 0, cacheWritten: 0, output: null, messages: 0 };

  /** `earlier`: the line is before those already counted, so it does not override them. */
  count(message: string, tokens: Tokens, earlier: boolean): void {
    const known = this.#byMessage.get(message);
    if (known !== undefined && earlier) return;
    if (known !== undefined) this.#add(known, -1);
    this.#byMessage.set(message, tokens);
    this.#add(tokens, 1);
  }

  of(message: string): Tokens | null {
    return this.#byMessage.get(message) ?? null;
  }

  get sum(): Sum {
    return this.#sum;
  }

  #add(tokens: Tokens, sign: 1 | -1): void {
    const { input, cacheRead, cacheWritten, output, messages } = this.#sum;
    this.#sum = {
      input: input + sign * tokens.input,
      cacheRead: cacheRead + sign * tokens.cacheRead,
      cacheWritten: cacheWritten + sign * tokens.cacheWritten,
      output: tokens.output === null ? output : (output ?? 0) + sign * tokens.output,
      messages: messages + sign,
    };
  }
}
