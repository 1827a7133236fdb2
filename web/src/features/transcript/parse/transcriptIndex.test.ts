import { describe, expect, it } from 'vitest';
import { assistant, init, line, longRun, overloaded, toolResult, well } from '../testing/recording';
import { objectIn, textIn } from './json';
import { TranscriptIndex } from './transcriptIndex';

const bytesOf = (text: string) => new TextEncoder().encode(text);

function indexOf(text: string): TranscriptIndex {
  const index = new TranscriptIndex(0);
  index.append(bytesOf(text));
  index.read();
  return index;
}

function kindsOf(index: TranscriptIndex): string[] {
  return Array.from({ length: index.rowCount }, (_, at) => index.row(at)!.kind);
}

/** Everything that a view could read. */
function pictureOf(index: TranscriptIndex): unknown {
  return {
    rows: Array.from({ length: index.rowCount }, (_, at) => {
      const row = index.row(at)!;
      return { ...row, text: index.textOf(row), head: index.isHead(row), result: index.resultOf(row)?.at };
    }),
    lines: Array.from({ length: index.lineCount }, (_, at) => [index.lineStart(at), index.line(at)]),
    sum: index.usage.sum,
    ending: index.ending,
    model: textIn(index.init, 'model'),
  };
}

const wellKinds = ['init', 'thinking', 'assistant', 'tool', 'tool', 'tool', 'tool', 'assistant', 'result'];

describe('reading forward', () => {
  it('makes a conversation of a real recording', () => {
    expect(kindsOf(indexOf(well))).toEqual(wellKinds);
  });

  it('does not care where the chunks are cut: inside a line, inside a character', () => {
    const whole = pictureOf(indexOf(well));
    const bytes = bytesOf(well);
    for (const size of [1, 3, 7, 997]) {
      const index = new TranscriptIndex(0);
      for (let at = 0; at < bytes.length; at += size) {
        index.append(bytes.slice(at, at + size));
        index.read();
      }
      expect(pictureOf(index)).toEqual(whole);
    }
  });

  it('pauses at a deadline and continues where it was', () => {
    const index = new TranscriptIndex(0);
    index.append(bytesOf(well));
    let slices = 0;
    let lines = 0;
    while (!index.read(() => lines++ % 2 === 1)) slices++;
    expect(slices).toBeGreaterThan(5);
    expect(pictureOf(index)).toEqual(pictureOf(indexOf(well)));
  });

  it('pairs a call with its result, also when it comes later', () => {
    const call = assistant({ id: 'm', content: [{ type: 'tool_use', id: 't', name: 'Bash', input: {} }] });
    const index = indexOf(call);
    const row = index.row(0)!;
    expect(index.resultOf(row)).toBeNull();
    index.append(bytesOf(toolResult('t', 'done')));
    index.read();
    expect(index.rowCount).toBe(1);
    expect(index.textOf(index.resultOf(row)!)).toContain('done');
  });

  it('shows a result without its call', () => {
    expect(kindsOf(indexOf(toolResult('t', 'done')))).toEqual(['toolResult']);
  });

  it('counts the tokens of a message once, as last written, and leaves open what is not counted yet', () => {
    const index = indexOf(well);
    expect(index.usage.sum).toEqual({ input: 1250 + 1300 + 1350 + 1400, cacheRead: 80_000, cacheWritten: 1200, output: null, messages: 4 });
    expect(index.usage.of('msg_01')?.input).toBe(1250);
    expect([1, 2].map((at) => index.isHead(index.row(at)!))).toEqual([true, false]);
    expect(index.ending?.tokens).toEqual({ input: 5300, cacheRead: 80_000, cacheWritten: 1200, output: 480 });

    const said = (output: number) =>
      assistant({ id: 'm', content: [{ type: 'text', text: 'x' }], stop: 'end_turn', usage: { input_tokens: 10, output_tokens: output } });
    expect(indexOf(said(1) + said(7)).usage.sum).toEqual({ input: 10, cacheRead: 0, cacheWritten: 0, output: 7, messages: 1 });
  });

  it('marks retries and errors', () => {
    expect(kindsOf(indexOf(overloaded))).toEqual(['init', 'retry', 'error', 'result']);
    expect(indexOf(overloaded).ending).toMatchObject({ failed: true, reason: 'api_error' });
    expect(kindsOf(indexOf(line({ type: 'rate_limit_event', rate_limit_info: { status: 'rejected' } })))).toEqual(['error']);
    expect(kindsOf(indexOf(line({ type: 'system', subtype: 'status', compact_error: 'exhausted' })))).toEqual(['error']);
    expect(kindsOf(indexOf(line({ type: 'system', subtype: 'informational', content: 'x' })))).toEqual(['note']);
  });

  it('shows a block once, not the pieces that came before it', () => {
    const piece = (event: object) => line({ type: 'stream_event', event, parent_tool_use_id: null });
    const text =
      line({ type: 'system', subtype: 'status', status: 'requesting' }) +
      piece({ type: 'message_start', message: { id: 'm', usage: { input_tokens: 10, output_tokens: 1 } } }) +
      piece({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'he' } }) +
      assistant({ id: 'm', content: [{ type: 'text', text: 'hello' }], usage: { input_tokens: 10, output_tokens: 1 } }) +
      piece({ type: 'message_stop' });
    expect(kindsOf(indexOf(text))).toEqual(['assistant']);
  });

  it('keeps what it does not know, and shows plain text as text', () => {
    const text = `npm warn old\nsecond line\n\nthird\n{"type":"new_kind"}\n{"no":"type"}\n[1]\n{broken\n`;
    const index = indexOf(text);
    expect(kindsOf(index)).toEqual(['text', 'raw', 'raw', 'text']);
    expect(index.textOf(index.row(0)!)).toBe('npm warn old\nsecond line\n\nthird');
    expect(index.lineCount).toBe(8);
    expect(index.line(2)).toBe('');
    expect(index.textOf(index.row(3)!)).toBe('[1]\n{broken');
  });

  it('cuts long plain text into rows of a few kilobytes', () => {
    const index = indexOf('a line of forty characters, as it were..\n'.repeat(1000));
    expect(index.rowCount).toBe(11);
    expect(index.lineCount).toBe(1000);
  });

  it('reads Windows lines and a text without a last newline', () => {
    const index = indexOf('one\r\ntwo');
    expect(index.line(0)).toBe('one');
    expect(index.line(1)).toBe('two');
    expect(kindsOf(index)).toEqual(['text', 'text']);
  });

  it('takes a half line at the end for what it is', () => {
    const half = init.slice(0, 40);
    const index = indexOf(well + half);
    expect(kindsOf(index)).toEqual([...wellKinds, 'half']);
    expect(index.line(index.lineCount - 1)).toBe(half);
    index.append(bytesOf(init.slice(40)));
    index.read();
    expect(kindsOf(index)).toEqual([...wellKinds, 'init']);
  });

  it('marks what a subagent says', () => {
    const index = indexOf(assistant({ id: 'm', content: [{ type: 'text', text: 'x' }], parent: 'toolu_1' }));
    expect(index.row(0)?.nested).toBe(true);
  });

  it('survives messages of a shape nobody promised', () => {
    const odd = [
      { type: 'assistant' },
      { type: 'assistant', message: { content: 'text' } },
      { type: 'user', message: { content: [1, null, 'x'] } },
      { type: 7 },
    ];
    expect(kindsOf(indexOf(odd.map(line).join('')))).toEqual(['raw', 'assistant', 'raw', 'raw', 'raw', 'raw']);
  });
});

describe('starting at the end', () => {
  it.each([1, 2, 5])('comes to the same picture when the parts before are loaded, %i cuts', (cuts) => {
    const text = well.replaceAll('msg_0', 'msg_1') + 'plain žćš\n' + well;
    const bytes = bytesOf(text);
    const step = Math.ceil(bytes.length / (cuts + 1));
    let from = bytes.length - step;
    const index = new TranscriptIndex(from);
    index.append(bytes.slice(from));
    index.read();
    while (from > 0) {
      const next = Math.max(0, from - step);
      index.prepend(bytes.slice(next, from));
      index.read();
      from = next;
    }
    const whole = indexOf(text);
    expect(kindsOf(index)).toEqual(kindsOf(whole));
    expect(index.usage.sum).toEqual(whole.usage.sum);
    expect(index.text).toBe(text);
    expect(Array.from({ length: index.lineCount }, (_, at) => index.line(at))).toEqual(text.split('\n').slice(0, -1));
  });

  it('hides a lonely result when its call is loaded', () => {
    const call = assistant({ id: 'm', content: [{ type: 'tool_use', id: 't', name: 'Bash', input: { command: 'ls' } }] });
    const bytes = bytesOf(`${call}${toolResult('t', 'done')}`);
    const cut = bytesOf(call).length - 5;
    const index = new TranscriptIndex(cut);
    index.append(bytes.slice(cut));
    index.read();
    expect(kindsOf(index)).toEqual(['toolResult']);
    index.prepend(bytes.slice(0, cut));
    index.read();
    expect(kindsOf(index)).toEqual(['tool']);
    expect(index.resultOf(index.row(0)!)).not.toBeNull();
  });

  it('shows nothing of a line longer than what is there until its beginning comes', () => {
    const text = line({ type: 'user', message: { content: 'y'.repeat(5000) } });
    const bytes = bytesOf(text);
    const index = new TranscriptIndex(4000);
    index.append(bytes.slice(4000));
    index.read();
    expect(index.rowCount).toBe(0);
    index.prepend(bytes.slice(2000, 4000));
    index.read();
    expect(index.rowCount).toBe(0);
    index.prepend(bytes.slice(0, 2000));
    index.read();
    expect(kindsOf(index)).toEqual(['user']);
    expect(textIn(objectIn(index.jsonOf(index.row(0)!), 'message'), 'content')).toHaveLength(5000);
  });

  it('follows the end while what is earlier comes in slices', () => {
    const bytes = bytesOf(well);
    const cut = 3000;
    const index = new TranscriptIndex(cut);
    index.append(bytes.slice(cut, 5000));
    index.read();
    index.prepend(bytes.slice(0, cut));
    let asked = 0;
    expect(index.read(() => asked++ > 1)).toBe(false);
    index.append(bytes.slice(5000));
    while (!index.read(() => asked++ % 2 === 0));
    expect(pictureOf(index)).toEqual(pictureOf(indexOf(well)));
  });
});

it('reads 50 MB in slices', { timeout: 60_000 }, () => {
  const bytes = bytesOf(longRun(50 * 1024 * 1024));
  const index = new TranscriptIndex(0);
  index.append(bytes);
  const before = performance.now();
  let slices = 1;
  let until = before + 8;
  while (!index.read(() => performance.now() > until)) {
    slices++;
    until = performance.now() + 8;
  }
  // Reported, not asserted: the machine may be busy.
  process.stdout.write(
    `transcript: ${bytes.length} bytes, ${index.rowCount} rows read in ${Math.round(performance.now() - before)} ms, ${slices} slices\n`,
  );
  expect(index.rowCount).toBeGreaterThan(10_000);
});
