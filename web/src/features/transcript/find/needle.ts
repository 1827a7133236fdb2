import { isObject } from '../../../shared/isObject';
import type { Row, TranscriptIndex } from '../parse/transcriptIndex';
import { blockOf } from '../rows/row';

/** The search text, regardless of case. */
interface Needle {
  text: string;
  /** Its spellings in a line of JSON: as it is, or with non-ASCII characters escaped. */
  escaped: string[];
}

export function needleOf(query: string): Needle | null {
  const text = query.toLowerCase();
  if (text.trim() === '') return null;
  const plain = JSON.stringify(text).slice(1, -1);
  const ascii = plain.replaceAll(/[^\u0000-\u007f]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return { text, escaped: [...new Set([plain, ascii])] };
}

function holds(value: unknown, text: string): boolean {
  if (typeof value === 'string') return value.toLowerCase().includes(text);
  if (Array.isArray(value)) return value.some((each) => holds(each, text));
  if (isObject(value)) return Object.values(value).some((each) => holds(each, text));
  return value !== null && value !== undefined && String(value).toLowerCase() === text;
}

/** Whether the row contains it. Names of members and, if the row is one block, other blocks of its line do not count. */
function says(index: TranscriptIndex, row: Row, { text, escaped }: Needle): boolean {
  const line = index.textOf(row).toLowerCase();
  if (row.kind === 'text' || row.kind === 'half') return line.includes(text);
  if (!escaped.some((form) => line.includes(form))) return false;
  const json = index.jsonOf(row);
  return holds((row.block < 0 ? null : blockOf(json, row)) ?? json, text);
}

export function isInRow(index: TranscriptIndex, at: number, needle: Needle): boolean {
  const row = index.row(at);
  if (row === undefined) return false;
  const result = row.kind === 'tool' ? index.resultOf(row) : null;
  return says(index, row, needle) || (result !== null && says(index, result, needle));
}

export function isInLine(index: TranscriptIndex, at: number, needle: Needle): boolean {
  return index.line(at).toLowerCase().includes(needle.text);
}
