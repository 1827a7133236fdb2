import type { ApiError } from '../../../api/problem';
import { TranscriptIndex } from '../parse/transcriptIndex';
import type { FetchRange, RangeAnswer } from './fetchRange';
import { yieldToBrowser } from './yieldToBrowser';

export interface LoaderState {
  /** null until the first answer. */
  index: TranscriptIndex | null;
  /** Grows with every change of the index. */
  version: number;
  /** The last known size of the file in bytes. */
  total: number;
  /** The last error; what is loaded stays. */
  error: ApiError | null;
  /** Earlier parts are being loaded: one, or all of them. */
  earlier: 'idle' | 'part' | 'all';
}

interface Options {
  /** How many bytes of the end are shown first. */
  tail?: number;
  /** Bytes of each request after that. */
  piece?: number;
  /** A transcript up to this size is loaded whole at once. */
  eager?: number;
  /** How long reading may block the page. */
  sliceMs?: number;
  rest?: () => Promise<void>;
}

interface Run {
  abort: AbortController;
  opening: boolean;
  polling: boolean;
  /** No more earlier parts are wanted than the one being loaded. */
  enough: boolean;
}

const mebi = 1024 * 1024;

/**
 * Loads a transcript by ranges: its end first, then what is appended, and the earlier parts on demand. Reading goes in slices
 * between which the browser draws. Following the end and loading earlier parts may happen at the same time.
 */
export class TranscriptLoader {
  #fetch: FetchRange;
  #options: Required<Options>;
  #state: LoaderState = { index: null, version: 0, total: 0, error: null, earlier: 'idle' };
  #listeners = new Set<() => void>();
  #run: Run | null = null;

  constructor(fetch: FetchRange, options: Options = {}) {
    this.#fetch = fetch;
    this.#options = { tail: mebi, piece: 4 * mebi, eager: 16 * mebi, sliceMs: 8, rest: yieldToBrowser, ...options };
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  getState = (): LoaderState => this.#state;

  start(): void {
    this.stop();
    this.#run = { abort: new AbortController(), opening: false, polling: false, enough: false };
    this.poll();
  }

  stop(): void {
    this.#run?.abort.abort();
    this.#run = null;
    if (this.#state.earlier !== 'idle') this.#say({ earlier: 'idle' });
  }

  /** Fetches what was appended; opens the transcript when it is not open yet. */
  poll(): void {
    const run = this.#run;
    if (run === null || run.opening || run.polling) return;
    if (this.#state.index === null) {
      run.opening = true;
      this.#guard(run, this.#open(run), () => (run.opening = false));
    } else {
      run.polling = true;
      this.#guard(run, this.#follow(run, this.#state.index), () => (run.polling = false));
    }
  }

  loadEarlier(how: 'part' | 'all' = 'part'): void {
    const run = this.#run;
    const { index } = this.#state;
    if (run === null || index === null || index.start === 0 || this.#state.earlier !== 'idle') return;
    run.enough = how === 'part';
    this.#say({ earlier: how });
    this.#guard(run, this.#earlier(run, index), () => this.#say({ earlier: 'idle' }));
  }

  /** The part being loaded is the last one. */
  stopEarlier(): void {
    if (this.#run) this.#run.enough = true;
  }

  async #open(run: Run): Promise<void> {
    const answer = await this.#fetch(`bytes=-${this.#options.tail}`, run.abort.signal);
    if (answer.kind === 'refused') return this.#refused(run, answer);
    const index = new TranscriptIndex(answer.kind === 'part' ? answer.from : 0);
    if (answer.kind === 'part') index.append(answer.bytes);
    await this.#read(run, index);
    this.#say({ index, total: Math.max(answer.total, index.end), error: null, version: this.#state.version + 1 });
    if (index.start === 0) return;
    if (answer.total <= this.#options.eager) this.loadEarlier('all');
    // One line may be longer than all that came.
    else if (index.rowCount === 0) this.loadEarlier();
  }

  async #follow(run: Run, index: TranscriptIndex): Promise<void> {
    for (;;) {
      const { end } = index;
      // Includes the last known byte, because a range of only missing bytes is refused.
      const from = Math.max(0, end - 1);
      const answer = await this.#fetch(`bytes=${from}-${end + this.#options.piece - 1}`, run.abort.signal);
      if (answer.kind === 'refused') return this.#refused(run, answer);
      const fresh = answer.kind === 'part' && answer.from === from ? answer.bytes.subarray(end - from) : new Uint8Array();
      index.append(fresh);
      await this.#read(run, index);
      if (fresh.length > 0) this.#say({ total: Math.max(answer.total, index.end), error: null, version: this.#state.version + 1 });
      else if (this.#state.error !== null) this.#say({ error: null });
      if (fresh.length < this.#options.piece) return;
    }
  }

  async #earlier(run: Run, index: TranscriptIndex): Promise<void> {
    do {
      const from = Math.max(0, index.start - this.#options.piece);
      const answer = await this.#fetch(`bytes=${from}-${index.start - 1}`, run.abort.signal);
      if (answer.kind === 'refused') return this.#refused(run, answer);
      if (answer.kind === 'nothing' || answer.from !== from || from + answer.bytes.length !== index.start) {
        return this.#refused(run, {
          error: { status: 0, title: 'Wrong range', detail: 'The daemon answered with another part of the file.', errors: [] },
        });
      }
      index.prepend(answer.bytes);
      await this.#read(run, index);
      this.#say({ error: null, version: this.#state.version + 1 });
    } while (index.start > 0 && (!run.enough || index.rowCount === 0));
  }

  async #read(run: Run, index: TranscriptIndex): Promise<void> {
    for (;;) {
      run.abort.signal.throwIfAborted();
      const until = performance.now() + this.#options.sliceMs;
      if (index.read(() => performance.now() > until)) return;
      await this.#options.rest();
    }
  }

  #refused(run: Run, { error }: Pick<Extract<RangeAnswer, { kind: 'refused' }>, 'error'>): void {
    if (!run.abort.signal.aborted) this.#say({ error });
  }

  /** An abort is not shown; any other exception is. */
  #guard(run: Run, work: Promise<void>, settled: () => void): void {
    work
      .catch((cause: unknown) => {
        if (!run.abort.signal.aborted)
          this.#say({ error: { status: 0, title: 'Something went wrong in the page', detail: String(cause), errors: [] } });
      })
      .finally(() => {
        if (this.#run === run) settled();
      });
  }

  #say(change: Partial<LoaderState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
