import { describe, expect, it } from 'vitest';
import { configuration } from '../testing/fixtures';
import { parseJson } from './parseJson';
import { lineOfPath, prettyJson } from './prettyJson';

describe('pretty JSON', () => {
  it('reads back as the same document with the same order of keys', () => {
    expect(JSON.stringify(parseJson(prettyJson(configuration)).document)).toBe(JSON.stringify(configuration));
  });

  it('keeps lists of plain values on one line, as the daemon writes them', () => {
    expect(prettyJson({ a: ['x', 1], b: [], c: {}, d: [{ e: null }] })).toBe(
      '{\n  "a": ["x", 1],\n  "b": [],\n  "c": {},\n  "d": [\n    {\n      "e": null\n    }\n  ]\n}',
    );
  });

  it('knows the line of a path, or of the nearest thing around it', () => {
    const document = { a: 1, b: { c: [{ d: 2 }] } };
    expect(lineOfPath(document, ['b', 'c', '0', 'd'])).toBe(6);
    expect(lineOfPath(document, ['b', 'missing'])).toBe(3);
    expect(lineOfPath(document, [])).toBe(1);
  });
});

describe('errors', () => {
  it.each([
    ['{"a": }', 1, 7, "a value was expected, found '}'"],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3, "',' or '}' was expected, found '\"'"],
    ['{\n  "a": 1,\n}', 2, 9, "nothing follows this ',': remove it"],
    ['{a: 1}', 1, 2, "a key in double quotes was expected, found 'a'"],
    ['{"a": 1, "a": 2}', 1, 10, '"a" appears twice'],
    ['{"a": "x', 1, 7, 'this string does not end on its line, or contains an escape that JSON does not have'],
    ['{} x', 1, 4, "nothing may follow the document, found 'x'"],
    ['', 1, 1, 'a value was expected, found the end'],
    ['{"a": 01}', 1, 8, "',' or '}' was expected, found '1'"],
    ['{"a": // why\n 1}', 1, 7, 'comments are allowed only in the file'],
    ['[1]', 1, 1, 'the configuration is an object: { … }'],
  ])('of %j', (text, line, column, reason) => {
    expect(parseJson(text)).toEqual({ document: null, error: { line, column, reason } });
  });

  it('agrees with the engine on what is JSON', () => {
    for (const text of ['{"a":[true,false,null,-1.5e+3,"\\u00e9\\n"],"b":{"c":[]}}', ' {\r\n\t} ']) {
      expect(parseJson(text)).toEqual({ document: JSON.parse(text), error: null });
    }
  });
});
