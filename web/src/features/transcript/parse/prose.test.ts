import { expect, it } from 'vitest';
import { clip, passagesOf, withoutEscapes } from './prose';

it('cuts a text at its code fences', () => {
  expect(passagesOf('Look:\n\n```python\nwhile True:\n    pass\n```\n\nDone.')).toEqual([
    { code: false, language: '', text: 'Look:' },
    { code: true, language: 'python', text: 'while True:\n    pass' },
    { code: false, language: '', text: 'Done.' },
  ]);
  expect(passagesOf('no code')).toEqual([{ code: false, language: '', text: 'no code' }]);
  expect(passagesOf('```\nopen')).toEqual([{ code: true, language: '', text: 'open' }]);
});

it('clips by characters and lines, never inside a character', () => {
  expect(clip('short', 100, 10)).toBe('short');
  expect(clip('abcdef', 3, 10)).toBe('abc');
  expect(clip('a\nb\nc\nd', 100, 2)).toBe('a\nb');
  expect(clip('a\nb', 100, 2)).toBe('a\nb');
  expect(clip('ab😀cd', 3, 10)).toBe('ab');
});

it('drops what a terminal would have understood', () => {
  expect(withoutEscapes('\u001b[31mred\u001b[0m \u001b]0;title\u0007plain\u001b[2K')).toBe('red plain');
  expect(withoutEscapes('plain')).toBe('plain');
});
