import { expect, it } from 'vitest';
import { inputParts, inputSummary, resultText, sizeOf } from './tool';

it('says in one line what a call does', () => {
  expect(inputSummary({ command: 'ls -la\n  && pwd', description: 'List' })).toBe('ls -la && pwd');
  expect(inputSummary({ pattern: 'retry', path: 'src', output_mode: 'content' })).toBe('retry in src');
  expect(inputSummary({ old_string: 'a', new_string: 'b', file_path: '/a.ts' })).toBe('/a.ts');
  expect(inputSummary({ todos: [1, 2] })).toBe('2 todos');
  expect(inputSummary({ answer: 42 })).toBe('{"answer":42}');
  expect(inputSummary({})).toBe('');
  expect(inputSummary({ command: 'x'.repeat(10_000) })).toHaveLength(160);
});

it('shows the input member by member', () => {
  expect(inputParts({ command: 'a\nb', timeout: 5, deep: { a: 1 } })).toEqual([
    { name: 'command', text: 'a\nb' },
    { name: 'timeout', text: '5' },
    { name: 'deep', text: '{\n  "a": 1\n}' },
  ]);
});

it('makes text of any result', () => {
  expect(resultText({ content: 'plain' })).toBe('plain');
  expect(
    resultText({
      content: [{ type: 'text', text: 'a' }, { type: 'image', source: { media_type: 'image/png', data: 'x'.repeat(4000) } }, 'b'],
    }),
  ).toBe('a\n[image/png, 3kB]\nb');
  expect(resultText({ content: [{ type: 'tool_reference', tool_name: 'Read' }] })).toBe('{"type":"tool_reference","tool_name":"Read"}');
  expect(resultText({})).toBe('');
});

it('says how much a result is', () => {
  expect(sizeOf(' \n')).toBe('empty');
  expect(sizeOf('short')).toBe('short');
  expect(sizeOf('a\nb\nc\n')).toBe('3 lines');
  expect(sizeOf('x'.repeat(12_000))).toBe('12k characters');
});
