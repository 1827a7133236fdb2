import { isObject, type JsonObject } from './json';
import { isKept, tooLarge } from './largeNumbers';

interface JsonError {
  line: number;
  column: number;
  reason: string;
}

class Failure extends Error {
  constructor(
    readonly at: number,
    reason: string,
  ) {
    super(reason);
  }
}

const number = /-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const string = /"([^"\\\u0000-\u001f]|\\(["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const word = /true|false|null/y;
const blank = /[ \t\r\n]*/y;

/** Browsers word their errors differently, some give no position, and none reports a duplicate key. */
class Scanner {
  private at = 0;
  constructor(private readonly text: string) {}

  document(): void {
    this.skip();
    this.value(0);
    this.skip();
    if (this.at < this.text.length) this.fail(`nothing may follow the document, found ${this.found()}`);
  }

  private fail(reason: string, at = this.at): never {
    throw new Failure(at, reason);
  }

  private found(): string {
    return this.at >= this.text.length ? 'the end' : `'${String.fromCodePoint(this.text.codePointAt(this.at) ?? 0)}'`;
  }

  private take(token: RegExp): boolean {
    token.lastIndex = this.at;
    const match = token.exec(this.text);
    if (match) this.at += match[0].length;
    return match !== null;
  }

  private skip(): void {
    this.take(blank);
  }

  private is(char: string): boolean {
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  private value(depth: number): void {
    if (depth > 200) this.fail('too deep');
    if (this.is('{')) this.members('}', () => this.member(depth), new Set());
    else if (this.is('[')) this.members(']', () => (this.value(depth + 1), null), new Set());
    else if (this.text[this.at] === '"') this.string();
    else if (this.text.startsWith('//', this.at) || this.text.startsWith('/*', this.at)) this.fail('comments are allowed only in the file');
    else if (!this.number() && !this.take(word)) this.fail(`a value was expected, found ${this.found()}`);
  }

  private number(): boolean {
    const from = this.at;
    if (!this.take(number)) return false;
    if (!isKept(Number(this.text.slice(from, this.at)))) this.fail(tooLarge, from);
    return true;
  }

  private string(): string {
    const from = this.at;
    if (!this.take(string)) this.fail('this string does not end on its line, or contains an escape that JSON does not have');
    return this.text.slice(from, this.at);
  }

  private members(close: string, member: () => string | null, seen: Set<string>): void {
    this.skip();
    if (this.is(close)) return;
    for (;;) {
      const from = this.at;
      const key = member();
      if (key !== null && seen.has(key)) this.fail(`${key} appears twice`, from);
      if (key !== null) seen.add(key);
      this.skip();
      if (this.is(close)) return;
      if (!this.is(',')) this.fail(`',' or '${close}' was expected, found ${this.found()}`);
      this.skip();
      if (this.text[this.at] === close) this.fail(`nothing follows this ',': remove it`, this.text.lastIndexOf(',', this.at));
    }
  }

  private member(depth: number): string {
    if (this.text[this.at] !== '"') this.fail(`a key in double quotes was expected, found ${this.found()}`);
    const key = this.string();
    this.skip();
    if (!this.is(':')) this.fail(`':' was expected after ${key}, found ${this.found()}`);
    this.skip();
    this.value(depth + 1);
    return key;
  }
}

function placed(text: string, at: number, reason: string): JsonError {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  return { line, column: at - before.lastIndexOf('\n'), reason };
}

export type Parsed = { document: JsonObject; error: null } | { document: null; error: JsonError };

export function parseJson(text: string): Parsed {
  try {
    new Scanner(text).document();
    const document: unknown = JSON.parse(text);
    if (isObject(document)) return { document, error: null };
    return { document: null, error: { line: 1, column: 1, reason: 'the configuration is an object: { … }' } };
  } catch (failure) {
    if (failure instanceof Failure) return { document: null, error: placed(text, failure.at, failure.message) };
    return { document: null, error: { line: 1, column: 1, reason: String(failure) } };
  }
}
