import { backendFetch, type Backend } from '../../api/backend';
import { errorOf } from '../../api/problem';
import type { Rollout } from '../../api/types';
import { elementsOf, memberOf, readString } from '../../shared/jsonText';
import { argumentsOf, type RolloutsView } from './rolloutsQuery';

export type ExportFormat = 'jsonl' | 'csv';

const step = 1000;
const fields = [
  'rollout_id',
  'status',
  'mode',
  'resources_id',
  'start_time',
  'end_time',
  'attempt_id',
  'attempt_status',
  'sequence_id',
  'worker_id',
  'last_heartbeat_time',
  'input',
  'metadata',
];

function csvCell(text: string): string {
  // A leading = + - @ would be a formula in a spreadsheet.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function csvRow(text: string): string {
  const rollout = JSON.parse(text) as Rollout;
  const { attempt } = rollout;
  const cells = [
    rollout.rollout_id,
    rollout.status,
    rollout.mode ?? '',
    rollout.resources_id ?? '',
    String(rollout.start_time),
    rollout.end_time === null ? '' : String(rollout.end_time),
    attempt?.attempt_id ?? '',
    attempt?.status ?? '',
    attempt === undefined ? '' : String(attempt.sequence_id),
    attempt?.worker_id ?? '',
    attempt?.last_heartbeat_time == null ? '' : String(attempt.last_heartbeat_time),
    typeof rollout.input === 'string' ? rollout.input : (memberOf(text, 'input') ?? ''),
    memberOf(text, 'metadata') ?? '',
  ];
  return cells.map(csvCell).join(',');
}

/** A rollout as a line of the file; JSON stays the text that the store sent. */
export function lineOf(item: string, format: ExportFormat): string {
  return format === 'jsonl' ? item : csvRow(item);
}

/**
 * Everything the view matches, page by page; `progress` is told how many of how many. Sorted by time, each page continues
 * where the last one ended; in other orders new rollouts move others to the next page: none is written twice.
 */
export async function exportRollouts(
  backend: Backend,
  view: RolloutsView,
  format: ExportFormat,
  progress: (done: number, total: number) => void,
): Promise<Blob> {
  const parts: string[] = format === 'csv' ? [`${fields.join(',')}\r\n`] : [];
  const lineEnd = format === 'csv' ? '\r\n' : '\n';
  const written = new Set<string>();
  let after = '';
  for (let offset = 0; ;) {
    const query = argumentsOf(view, step, offset) + (view.sort === 'start_time' ? `&after=${encodeURIComponent(after)}` : '');
    const response = await backendFetch(backend, `/v1/agl/rollouts?${query}`, { headers: { Accept: 'application/json' } });
    if (!response.ok) throw new Error((await errorOf(response)).detail);
    const page = await response.text();
    const items = elementsOf(page, 'items');
    for (const item of items) {
      const id = memberOf(item, 'rollout_id') ?? '';
      if (!written.has(id)) parts.push(lineOf(item, format), lineEnd);
      written.add(id);
    }
    const total = Number(memberOf(page, 'total') ?? written.size);
    progress(written.size, Math.max(total, written.size));
    const next = memberOf(page, 'next');
    if (next !== null && next !== 'null') after = readString(next);
    else offset += items.length;
    if (items.length < step || next === 'null' || (next === null && offset >= total)) break;
  }
  return new Blob(parts, { type: format === 'csv' ? 'text/csv;charset=utf-8' : 'application/x-ndjson' });
}
