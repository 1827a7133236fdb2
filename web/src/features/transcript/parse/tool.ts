import { isObject } from '../../../shared/isObject';
import { listIn, objectIn, textIn, type JsonObject } from './json';
import { compact } from '../../../shared/format';

/** The most telling inputs of a call, in order. */
const tellingKeys = [
  'command',
  'file_path',
  'notebook_path',
  'pattern',
  'path',
  'query',
  'url',
  'description',
  'prompt',
  'skill',
  'task_id',
];

export function oneLine(text: string, most = 160): string {
  const line = text
    .slice(0, most * 4)
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}

/** One line for a folded call: the command, the file, the pattern. */
export function inputSummary(input: JsonObject | null): string {
  if (input === null) return '';
  for (const key of tellingKeys) {
    const text = textIn(input, key);
    if (text !== null && text !== '') {
      const where = key === 'pattern' ? (textIn(input, 'path') ?? textIn(input, 'glob')) : null;
      return oneLine(where === null ? text : `${text} in ${where}`);
    }
  }
  const [first] = Object.entries(input);
  if (first === undefined) return '';
  const [key, value] = first;
  if (Array.isArray(value)) return `${value.length} ${key}`;
  return oneLine(typeof value === 'string' ? value : JSON.stringify(input));
}

interface NamedText {
  name: string;
  text: string;
}

function memberText(value: unknown): string {
  if (typeof value === 'string') return value;
  const words = Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string' && !each.includes('\n'));
  return words ? value.join(', ') : JSON.stringify(value, null, 2);
}

/** The members of a call's input, strings as they are. */
export function inputParts(input: JsonObject | null): NamedText[] {
  return Object.entries(input ?? {}).map(([name, value]) => ({ name, text: memberText(value) }));
}

function pictureOf(block: JsonObject): string {
  const source = objectIn(block, 'source');
  const data = textIn(source, 'data');
  return `[${textIn(source, 'media_type') ?? 'image'}${data === null ? '' : `, ${compact((data.length * 3) / 4)}B`}]`;
}

function partText(part: unknown): string {
  if (typeof part === 'string') return part;
  if (!isObject(part)) return JSON.stringify(part);
  if (textIn(part, 'type') === 'image') return pictureOf(part);
  return textIn(part, 'text') ?? JSON.stringify(part);
}

/** A tool's result, as text; pictures are named, not shown. */
export function resultText(block: JsonObject | null): string {
  const content = block?.['content'];
  if (typeof content === 'string') return content;
  return listIn(block, 'content').map(partText).join('\n');
}

export function isFailedResult(block: JsonObject | null): boolean {
  return block?.['is_error'] === true;
}

/** "3 lines", "empty", "12 kB". */
export function sizeOf(text: string): string {
  if (text.trim() === '') return 'empty';
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < text.length - 1; at = text.indexOf('\n', at + 1)) lines++;
  if (lines > 1) return `${compact(lines)} lines`;
  return text.length > 200 ? `${compact(text.length)} characters` : oneLine(text, 40);
}
