/**
 * JSON as text: laid out and cut without parsing, so that numbers, key order and escapes stay the user's own
 * (JSON.parse would turn 123456789012345678901 into 123456789012345680000 and 1.0 into 1).
 */

/** The index after the string that starts at `at`. */
function endOfString(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i + 1;
  }
  return text.length;
}

const blank = /\s/;

/** One member or element on each line, indented by two spaces; empty objects and arrays stay on one line. */
export function indentJson(text: string): string {
  const parts: string[] = [];
  let depth = 0;
  const newLine = () => parts.push('\n', '  '.repeat(depth));
  for (let i = 0; i < text.length;) {
    const char = text.charAt(i);
    if (char === '"') {
      const end = endOfString(text, i);
      parts.push(text.slice(i, end));
      i = end;
      continue;
    }
    i++;
    if (blank.test(char)) continue;
    if (char === '{' || char === '[') {
      let next = i;
      while (next < text.length && blank.test(text.charAt(next))) next++;
      const closing = text.charAt(next);
      if (closing === '}' || closing === ']') {
        parts.push(char, closing);
        i = next + 1;
        continue;
      }
      parts.push(char);
      depth++;
      newLine();
    } else if (char === '}' || char === ']') {
      depth = Math.max(0, depth - 1);
      newLine();
      parts.push(char);
    } else if (char === ',') {
      parts.push(',');
      newLine();
    } else if (char === ':') {
      parts.push(': ');
    } else {
      parts.push(char);
    }
  }
  return parts.join('');
}

/** The index after the value that starts at `at`. */
function endOfValue(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length;) {
    const char = text.charAt(i);
    if (char === '"') {
      i = endOfString(text, i);
      if (depth === 0) return i;
      continue;
    }
    if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') {
      if (depth === 0) return i;
      depth--;
      if (depth === 0) return i + 1;
    } else if (depth === 0 && (char === ',' || blank.test(char))) return i;
    i++;
  }
  return text.length;
}

/** The texts of the elements of the array `text`; none when it is not an array. */
export function itemsOf(text: string): string[] {
  const from = text.search(/\S/);
  if (text[from] !== '[') return [];
  const items: string[] = [];
  for (let i = from + 1; i < text.length && text[i] !== ']';) {
    if (blank.test(text.charAt(i)) || text[i] === ',') {
      i++;
      continue;
    }
    const end = endOfValue(text, i);
    items.push(text.slice(i, end));
    i = end;
  }
  return items;
}

/** The texts of the elements of member `key` of the object `text`; none when it is missing or not an array. */
export function elementsOf(text: string, key: string): string[] {
  return itemsOf(memberOf(text, key) ?? '');
}

/** The members of the object `text` in order: the key as it is written, and the text of the value. */
function* membersOf(text: string): Generator<[key: string, value: string]> {
  for (let i = text.indexOf('{') + 1; i > 0 && i < text.length;) {
    while (i < text.length && text[i] !== '"' && text[i] !== '}') i++;
    if (text[i] !== '"') return;
    const endOfKey = endOfString(text, i);
    const key = text.slice(i + 1, endOfKey - 1);
    i = endOfKey;
    while (i < text.length && (blank.test(text.charAt(i)) || text[i] === ':')) i++;
    const end = endOfValue(text, i);
    yield [key, text.slice(i, end)];
    i = end;
  }
}

/** The members of the object `text`, in order; none when it is not an object. */
export function entriesOf(text: string): [key: string, value: string][] {
  if (!/^\s*\{/.test(text)) return [];
  return Array.from(membersOf(text), ([key, value]) => [readString(`"${key}"`), value]);
}

/** The text of member `key` of the object `text`. */
export function memberOf(text: string, key: string): string | null {
  for (const [name, value] of membersOf(text)) if (name === key) return value;
  return null;
}

/** A value for people: a string without its quotes and escapes, everything else as it is written. */
export function readString(text: string): string {
  const value: unknown = text.startsWith('"') ? JSON.parse(text) : text;
  return typeof value === 'string' ? value : text;
}
