import { isObject } from '../../../shared/isObject';
import { listIn, objectIn, type JsonObject } from '../parse/json';
import type { Row, TranscriptIndex } from '../parse/transcriptIndex';

export interface RowProps {
  index: TranscriptIndex;
  row: Row;
  /** The attempt may still write. */
  active: boolean;
}

/** The block of a message's content that the row is about. */
export function blockOf(line: JsonObject | null, row: Row): JsonObject | null {
  const block = listIn(objectIn(line, 'message'), 'content')[row.block];
  return isObject(block) ? block : null;
}
