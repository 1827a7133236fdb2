import { describe, expect, it } from 'vitest';
import { blocksOf, inlinesOf } from './markdown';

describe('inlinesOf', () => {
  it('finds code and bold, and code in bold', () => {
    expect(inlinesOf('Use `a*b*` and **not `c`**.')).toEqual([
      { kind: 'plain', text: 'Use ' },
      { kind: 'code', text: 'a*b*' },
      { kind: 'plain', text: ' and ' },
      {
        kind: 'bold',
        parts: [
          { kind: 'plain', text: 'not ' },
          { kind: 'code', text: 'c' },
        ],
      },
      { kind: 'plain', text: '.' },
    ]);
  });

  it.each(['2 ** 3 ** 4', 'src/**/*.ts and lib/**', '`open', '**open', '<b>no</b>', 'a `` b', '__init__'])('leaves %s', (text) => {
    expect(inlinesOf(text)).toEqual([{ kind: 'plain', text }]);
  });

  it('takes two backticks around one', () => {
    expect(inlinesOf('``a ` b``')).toEqual([{ kind: 'code', text: 'a ` b' }]);
  });

  it('is quick with what never closes', () => {
    const began = performance.now();
    inlinesOf('**a '.repeat(50_000));
    inlinesOf('`` '.repeat(50_000));
    expect(performance.now() - began).toBeLessThan(3000);
  });
});

describe('blocksOf', () => {
  it('tells headings, lists and other lines apart', () => {
    expect(blocksOf('## What I did\nTwo things:\n- one\n  and more of it\n- two\n  1. deep\n\nDone.')).toEqual([
      { kind: 'heading', level: 2, text: 'What I did' },
      { kind: 'text', text: 'Two things:' },
      {
        kind: 'list',
        items: [
          { marker: '•', indent: 0, text: 'one\nand more of it' },
          { marker: '•', indent: 0, text: 'two' },
          { marker: '1.', indent: 2, text: 'deep' },
        ],
      },
      { kind: 'text', text: 'Done.' },
    ]);
  });

  it.each(['#include <map>', '-1 is less', '1.5 times', '---', '**bold** begins the line', '* '])('leaves %s', (text) => {
    expect(blocksOf(text)).toEqual([{ kind: 'text', text }]);
  });

  it('keeps the empty lines between others', () => {
    expect(blocksOf('a\n\n\nb\n')).toEqual([{ kind: 'text', text: 'a\n\n\nb' }]);
  });
});
