import { describe, expect, it } from 'vitest';
import { TranscriptIndex } from '../parse/transcriptIndex';
import { assistant, line, toolResult, toolUse } from '../testing/recording';
import { isInLine, isInRow, needleOf } from './needle';

function indexOf(text: string): TranscriptIndex {
  const index = new TranscriptIndex(0);
  index.append(new TextEncoder().encode(text));
  index.read();
  return index;
}

function rowsWith(index: TranscriptIndex, query: string): number[] {
  const needle = needleOf(query);
  return needle === null ? [] : Array.from({ length: index.rowCount }, (_, at) => at).filter((at) => isInRow(index, at, needle));
}

const text = (words: string) => assistant({ id: words, content: [{ type: 'text', text: words }], usage: {} });

describe('isInRow', () => {
  const said = text('Say "hello"\nto the Wörld');
  const called = assistant({ id: 'b', content: [toolUse('t1', 'Bash', { command: 'grep -rn needle src' })], usage: {} });
  const index = indexOf(said + called + toolResult('t1', 'src/a.py:3: found it') + 'plain words\n');

  it.each([
    ['hello', [0]],
    ['"hello"', [0]],
    ['WÖRLD', [0]],
    ['needle', [1]],
    ['plain', [2]],
    ['assistant_', []],
    ['  ', []],
  ])('finds %s', (query, rows) => {
    expect(rowsWith(index, query)).toEqual(rows);
  });

  it('finds what a tool answered in the row of its call', () => {
    expect(rowsWith(index, 'found it')).toEqual([1]);
  });

  it('does not take names of members for words', () => {
    expect(rowsWith(index, 'content')).toEqual([]);
  });

  it('finds what was written with escapes', () => {
    const escaped = line({ type: 'assistant', message: { id: 'x', content: [{ type: 'text', text: 'ž' }] } }).replace('ž', '\\u017E');
    expect(rowsWith(indexOf(escaped), 'ž')).toEqual([0]);
  });
});

it('finds in raw lines what is written there', () => {
  const index = indexOf(text('one') + text('two'));
  const needle = needleOf('"text":"two"');
  expect(needle && [0, 1].map((at) => isInLine(index, at, needle))).toEqual([false, true]);
});
