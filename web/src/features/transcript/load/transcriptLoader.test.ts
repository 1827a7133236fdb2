import { expect, it, vi } from 'vitest';
import { longRun, well } from '../testing/recording';
import type { FetchRange, RangeAnswer } from './fetchRange';
import { TranscriptLoader } from './transcriptLoader';

/** A file that answers ranges as the daemon does. */
class File {
  bytes: Uint8Array<ArrayBuffer>;
  asked: string[] = [];
  refusal: number | null = null;

  constructor(text: string) {
    this.bytes = new TextEncoder().encode(text);
  }

  write(text: string): void {
    const more = new TextEncoder().encode(text);
    const all = new Uint8Array(this.bytes.length + more.length);
    all.set(this.bytes);
    all.set(more, this.bytes.length);
    this.bytes = all;
  }

  fetch: FetchRange = (range) => {
    this.asked.push(range);
    const total = this.bytes.length;
    const refuse = (status: number): RangeAnswer => ({ kind: 'refused', error: { status, title: 'No', detail: 'No.', errors: [] } });
    if (this.refusal !== null) return Promise.resolve(refuse(this.refusal));
    const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
    const from = first === '' ? Math.max(0, total - Number(last)) : Number(first);
    const until = first === '' || last === '' ? total : Math.min(total, Number(last) + 1);
    if (from >= until) return Promise.resolve({ kind: 'nothing', total });
    return Promise.resolve({ kind: 'part', from, bytes: this.bytes.slice(from, until), total });
  };
}

const small = { tail: 2000, piece: 3000, eager: 0 };

async function opened(file: File, options: ConstructorParameters<typeof TranscriptLoader>[1] = {}): Promise<TranscriptLoader> {
  const loader = new TranscriptLoader(file.fetch, options);
  loader.start();
  await vi.waitFor(() => expect(loader.getState().index).not.toBeNull());
  return loader;
}

const idle = (loader: TranscriptLoader) => vi.waitFor(() => expect(loader.getState().earlier).toBe('idle'));

it('loads a small transcript with one request', async () => {
  const file = new File(well);
  const loader = await opened(file);
  expect(file.asked).toEqual(['bytes=-1048576']);
  expect(loader.getState()).toMatchObject({ total: file.bytes.length, error: null, earlier: 'idle' });
  expect(loader.getState().index?.rowCount).toBe(9);
});

it('shows the end first, then what is earlier on demand', async () => {
  const file = new File(longRun(20_000));
  const loader = await opened(file, small);
  const { index } = loader.getState();
  expect(index?.start).toBe(file.bytes.length - 2000);
  loader.loadEarlier();
  await idle(loader);
  expect(index?.start).toBe(file.bytes.length - 5000);
  loader.loadEarlier('all');
  expect(loader.getState().earlier).toBe('all');
  await idle(loader);
  expect(index?.start).toBe(0);
  expect(index?.row(0)?.kind).toBe('init');
  loader.loadEarlier();
  expect(loader.getState().earlier).toBe('idle');
});

it('stops loading everything when told to, and keeps what came', async () => {
  const file = new File(longRun(60_000));
  const loader = await opened(file, small);
  loader.loadEarlier('all');
  loader.stopEarlier();
  await idle(loader);
  expect(loader.getState().index?.start).toBe(file.bytes.length - 5000);
});

it('loads one of moderate size as a whole, the end first', async () => {
  const file = new File(longRun(20_000));
  const loader = await opened(file, { ...small, eager: 1_000_000 });
  await idle(loader);
  expect(loader.getState().index?.start).toBe(0);
});

it('goes back until a line is complete when one is longer than the tail', async () => {
  const file = new File(`{"type":"user","message":{"content":"${'x'.repeat(9000)}"}}\n`);
  const loader = await opened(file, small);
  await idle(loader);
  expect(loader.getState().index?.rowCount).toBe(1);
});

it('follows what is written, in pieces, and asks only for what it has not', async () => {
  const file = new File('');
  const loader = await opened(file, small);
  expect(loader.getState().index?.rowCount).toBe(0);
  file.write(well.slice(0, 100));
  loader.poll();
  await vi.waitFor(() => expect(loader.getState().index?.row(0)?.kind).toBe('half'));
  file.write(well.slice(100));
  loader.poll();
  await vi.waitFor(() => expect(loader.getState().index?.rowCount).toBe(9));
  const { version } = loader.getState();
  file.asked = [];
  loader.poll();
  await vi.waitFor(() => expect(file.asked).toEqual([`bytes=${file.bytes.length - 1}-${file.bytes.length + 2999}`]));
  expect(loader.getState().version).toBe(version);
});

it('keeps what is shown when the daemon goes away, and continues when it is back', async () => {
  const file = new File(well);
  const loader = await opened(file);
  file.refusal = 503;
  loader.poll();
  await vi.waitFor(() => expect(loader.getState().error?.status).toBe(503));
  expect(loader.getState().index?.rowCount).toBe(9);
  file.refusal = null;
  loader.poll();
  await vi.waitFor(() => expect(loader.getState().error).toBeNull());
});

it('opens later what is not there yet', async () => {
  const file = new File(well);
  file.refusal = 404;
  const loader = new TranscriptLoader(file.fetch);
  loader.start();
  await vi.waitFor(() => expect(loader.getState().error?.status).toBe(404));
  file.refusal = null;
  loader.poll();
  await vi.waitFor(() => expect(loader.getState().index?.rowCount).toBe(9));
  expect(loader.getState().error).toBeNull();
});

it('says nothing more once it is stopped, and can start again', async () => {
  const file = new File(well);
  const loader = await opened(file);
  loader.stop();
  file.write(well);
  const heard = vi.fn();
  loader.subscribe(heard);
  loader.poll();
  expect(heard).not.toHaveBeenCalled();
  loader.start();
  await vi.waitFor(() => expect(loader.getState().index?.rowCount).toBe(18));
});

it('lets the browser draw between slices', async () => {
  const rest = vi.fn(() => Promise.resolve());
  await opened(new File(longRun(200_000)), { sliceMs: -1, rest });
  expect(rest.mock.calls.length).toBeGreaterThan(50);
});
