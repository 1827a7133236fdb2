import { ByteRope } from './byteRope';
import { parseObject, type JsonObject } from './json';
import { readLine, type LineReading, type RowKind, type RowSeed } from './readLine';
import { endingOf, UsageTally, type Ending } from './tally';

export interface Row extends RowSeed {
  /** Stable while earlier lines are loaded and the row grows. */
  key: string;
  /** The range of its line in the file, with the newline. */
  at: number;
  end: number;
}

/** Whether a slice of work is long enough; every slice reads at least one line. */
type Deadline = () => boolean;

const never: Deadline = () => false;
const longestTextRow = 4096;
const keptLines = 128;

interface Earlier {
  /** The offsets of the first line of the part, of the next line to read and of the end. */
  from: number;
  cursor: number;
  until: number;
  rows: Row[];
  lines: number[];
  usage: Usage[];
}

type Usage = NonNullable<LineReading['usage']>;

/**
 * The lines of a transcript and the rows of its conversation, over a part of the file that grows at both ends. Rows are small:
 * they know where their line is, which is decoded again when it is shown.
 */
export class TranscriptIndex {
  #rope: ByteRope;
  #rows: Row[] = [];
  #shown: Row[] = [];
  #lines: number[] = [];
  #first: number | null;
  #next: number;
  #earlier: Earlier | null = null;
  #calls = new Set<string>();
  #results = new Map<string, Row>();
  #heads = new Map<string, string>();
  #usage = new UsageTally();
  #ending: Ending | null = null;
  #init: JsonObject | null = null;
  #parsed = new Map<string, JsonObject | null>();

  /** `start`: the offset in the file of the first appended byte. */
  constructor(start: number) {
    this.#rope = new ByteRope(start);
    this.#first = start === 0 ? 0 : null;
    this.#next = start;
  }

  get start(): number {
    return this.#rope.start;
  }

  get end(): number {
    return this.#rope.end;
  }

  get usage(): UsageTally {
    return this.#usage;
  }

  /** Of the last result line. */
  get ending(): Ending | null {
    return this.#ending;
  }

  /** The first system init line that is loaded. */
  get init(): JsonObject | null {
    return this.#init;
  }

  /** Rows of the conversation; an incomplete last line is one more. */
  get rowCount(): number {
    return this.#shown.length + (this.#half() === null ? 0 : 1);
  }

  get lineCount(): number {
    return this.#lines.length + (this.#half() === null ? 0 : 1);
  }

  append(bytes: Uint8Array): void {
    this.#rope.append(bytes);
  }

  prepend(bytes: Uint8Array): void {
    this.#rope.prepend(bytes);
    if (this.#first === null) this.#next = this.#rope.start;
    if (this.#rope.start === 0) this.#first ??= 0;
  }

  /** Reads the remaining complete lines, until the deadline; true when none is left. */
  read(deadline: Deadline = never): boolean {
    if (this.#first === null) {
      const found = this.#rope.afterNewline(this.#next);
      if (found < 0) return true;
      this.#first = found;
      this.#next = found;
    }
    return this.#readForward(deadline) && this.#readEarlier(this.#first, deadline);
  }

  row(at: number): Row | undefined {
    return this.#shown[at] ?? (at === this.#shown.length ? (this.#half() ?? undefined) : undefined);
  }

  /** The text of a line, without its newline. */
  line(at: number): string {
    const from = this.#lines[at] ?? this.#next;
    const to = at < this.#lines.length ? (this.#lines[at + 1] ?? this.#next) : this.#rope.end;
    return this.#rope.text(from, this.#endOf(from, to));
  }

  lineStart(at: number): number {
    return this.#lines[at] ?? this.#next;
  }

  textOf({ at, end }: Pick<Row, 'at' | 'end'>): string {
    return this.#rope.text(at, this.#endOf(at, end));
  }

  /** The JSON of a row's line; the last ones asked for are kept. */
  jsonOf(row: Row): JsonObject | null {
    const key = `${row.at}-${row.end}`;
    let value = this.#parsed.get(key);
    if (value === undefined) value = parseObject(this.textOf(row));
    this.#parsed.delete(key);
    this.#parsed.set(key, value);
    for (const oldest of this.#parsed.keys()) {
      if (this.#parsed.size <= keptLines) break;
      this.#parsed.delete(oldest);
    }
    return value;
  }

  resultOf(row: Row): Row | null {
    return row.tool === null ? null : (this.#results.get(row.tool) ?? null);
  }

  /** The first row of a message shows its tokens. */
  isHead(row: Row): boolean {
    return row.message !== null && this.#heads.get(row.message) === row.key;
  }

  /** Everything loaded, for the clipboard. */
  get text(): string {
    return this.#rope.text(this.#first ?? this.#rope.start, this.#rope.end);
  }

  #readForward(deadline: Deadline): boolean {
    for (;;) {
      const end = this.#rope.afterNewline(this.#next);
      if (end < 0) return true;
      const from = this.#next;
      this.#next = end;
      this.#lines.push(from);
      const known = this.#rows.length;
      const usage = this.#readLine(from, end, this.#rows, false);
      if (usage !== null) this.#usage.count(usage.message, usage.tokens, false);
      for (const row of this.#rows.slice(Math.max(0, known - 1))) this.#show(row);
      if (deadline()) return false;
    }
  }

  #readEarlier(first: number, deadline: Deadline): boolean {
    if (this.#rope.start >= first) return true;
    if (this.#earlier === null) {
      const from = this.#rope.start === 0 ? 0 : this.#rope.afterNewline(this.#rope.start, first);
      if (from < 0 || from === first) return true;
      this.#earlier = { from, cursor: from, until: first, rows: [], lines: [], usage: [] };
    }
    const work = this.#earlier;
    while (work.cursor < work.until) {
      const end = this.#rope.afterNewline(work.cursor);
      work.lines.push(work.cursor);
      const usage = this.#readLine(work.cursor, end, work.rows, true);
      if (usage !== null) work.usage.push(usage);
      work.cursor = end;
      if (work.cursor < work.until && deadline()) return false;
    }
    this.#earlier = null;
    this.#first = work.from;
    this.#rows = work.rows.concat(this.#rows);
    this.#lines = work.lines.concat(this.#lines);
    this.#shown = [];
    this.#heads.clear();
    for (const { message, tokens } of work.usage.reverse()) this.#usage.count(message, tokens, true);
    for (const row of this.#rows) this.#show(row);
    return true;
  }

  /** Adds the rows of one line. A run of plain text is one row, up to a size. */
  #readLine(at: number, end: number, rows: Row[], earlier: boolean): Usage | null {
    const text = this.#rope.text(at, end);
    const json = parseObject(text);
    if (json === null) {
      const last = rows.at(-1);
      if (last?.kind === 'text' && last.end === at && end - last.at <= longestTextRow) rows[rows.length - 1] = { ...last, end };
      else if (text.trim() !== '') rows.push(this.#place({ kind: 'text', block: -1, tool: null, message: null, nested: false }, at, end));
      return null;
    }
    const { seeds, usage } = readLine(json);
    for (const seed of seeds) {
      const row = this.#place(seed, at, end);
      if (row.kind === 'tool' && row.tool !== null) this.#calls.add(row.tool);
      if (row.kind === 'toolResult' && row.tool !== null && !(earlier && this.#results.has(row.tool))) this.#results.set(row.tool, row);
      if (row.kind === 'result' && !(earlier && this.#ending !== null)) this.#ending = endingOf(json);
      if (row.kind === 'init' && (earlier || this.#init === null)) this.#init = json;
      rows.push(row);
    }
    return usage;
  }

  #place(seed: RowSeed, at: number, end: number): Row {
    return { ...seed, key: `${at}:${seed.block}`, at, end };
  }

  /** A result is shown with its call when that is loaded. */
  #show(row: Row): void {
    if (row.kind === 'toolResult' && row.tool !== null && this.#calls.has(row.tool)) return;
    if (this.#shown.at(-1)?.key === row.key) this.#shown[this.#shown.length - 1] = row;
    else this.#shown.push(row);
    if (row.message !== null && !this.#heads.has(row.message)) this.#heads.set(row.message, row.key);
  }

  /** The rest after the last newline: plain text is shown as it is, a line of JSON is incomplete. */
  #half(): Row | null {
    if (this.#first === null || this.#next >= this.#rope.end) return null;
    const kind: RowKind = this.#rope.byteAt(this.#next) === 0x7b ? 'half' : 'text';
    return this.#place({ kind, block: -1, tool: null, message: null, nested: false }, this.#next, this.#rope.end);
  }

  #endOf(from: number, to: number): number {
    if (to > from && this.#rope.byteAt(to - 1) === 10) to--;
    if (to > from && this.#rope.byteAt(to - 1) === 13) to--;
    return to;
  }
}
