import { isObject, type Json, type Path } from './json';

interface Line {
  path: Path;
  text: string;
}

function isFlat(value: Json): boolean {
  if (isObject(value)) return Object.keys(value).length === 0;
  return !Array.isArray(value) || value.every((item) => !isObject(item) && !Array.isArray(item));
}

function flatText(value: Json): string {
  return Array.isArray(value) ? `[${value.map((item) => JSON.stringify(item)).join(', ')}]` : JSON.stringify(value);
}

function write(value: Json, path: Path, before: string, after: string, lines: Line[]): void {
  const indent = '  '.repeat(path.length);
  if (isFlat(value)) {
    lines.push({ path, text: indent + before + flatText(value) + after });
    return;
  }
  const members: [string | number, Json][] = Array.isArray(value)
    ? value.map((item, i) => [i, item])
    : isObject(value)
      ? Object.entries(value)
      : [];
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  lines.push({ path, text: indent + before + open });
  members.forEach(([key, member], i) => {
    write(member, [...path, key], typeof key === 'string' ? `${JSON.stringify(key)}: ` : '', i < members.length - 1 ? ',' : '', lines);
  });
  lines.push({ path, text: indent + close + after });
}

function linesOf(value: Json): Line[] {
  const lines: Line[] = [];
  write(value, [], '', '', lines);
  return lines;
}

/** As the daemon writes its file: indented by two spaces, lists of plain values on one line. */
export function prettyLines(value: Json): string[] {
  return linesOf(value).map(({ text }) => text);
}

export function prettyJson(value: Json): string {
  return prettyLines(value).join('\n');
}

/** The line (from 1) of the value at `path`, or of the nearest value around it. */
export function lineOfPath(value: Json, path: Path): number {
  const lines = linesOf(value);
  for (let depth = path.length; depth > 0; depth--) {
    const at = lines.findIndex((line) => line.path.length === depth && line.path.every((key, i) => String(key) === String(path[i])));
    if (at !== -1) return at + 1;
  }
  return 1;
}
