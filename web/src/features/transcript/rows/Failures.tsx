import { milliseconds } from '../../../shared/format';
import { isObject } from '../../../shared/isObject';
import { listIn, numberIn, objectIn, textIn, type JsonObject } from '../parse/json';
import { Fold } from './Fold';
import { FoldHead } from './FoldHead';
import { LongText } from './LongText';
import type { RowProps } from './row';
import classes from './rows.module.css';
import { RawLine } from './SystemLines';

export function Retry({ index, row }: RowProps) {
  const line = index.jsonOf(row);
  const [attempt, most, delay, status] = ['attempt', 'max_retries', 'retry_delay_ms', 'error_status'].map((key) => numberIn(line, key));
  const why = [status, textIn(line, 'error')].filter((part) => part !== null).join(' ');
  const name = (
    <>
      <span aria-hidden>↻ </span>Retry {attempt ?? ''}
      {most !== null && ` of ${most}`}
    </>
  );
  const head = (
    <FoldHead name={name} summary={why} tone="warning">
      {typeof delay === 'number' && <span className={classes.outcome}>in {milliseconds(delay)}</span>}
    </FoldHead>
  );
  return (
    <Fold foldKey={row.key} head={head}>
      {() => <RawLine index={index} row={row} />}
    </Fold>
  );
}

/** The text of a line that reports a failure. */
function failureText(line: JsonObject | null): string {
  const said = listIn(objectIn(line, 'message'), 'content')
    .map((block) => (isObject(block) ? textIn(block, 'text') : null))
    .filter((text) => text !== null)
    .join('\n');
  if (said !== '') return said;
  const error = objectIn(line, 'error');
  const parts = [
    textIn(line, 'subtype'),
    textIn(error, 'type'),
    textIn(error, 'message'),
    textIn(line, 'error'),
    textIn(line, 'compact_error'),
    textIn(line, 'content'),
  ];
  return parts.filter((part) => part !== null && part !== '').join(': ') || (textIn(line, 'type') ?? 'error');
}

export function Failure({ index, row }: RowProps) {
  const line = index.jsonOf(row);
  const status = numberIn(line, 'api_error_status');
  return (
    <>
      <h3 className={`${classes.speaker} ${classes.bad}`}>
        <span aria-hidden>✕ </span>Error{status !== null && ` ${status}`}
        {textIn(line, 'error') !== null && ` · ${textIn(line, 'error')}`}
      </h3>
      <LongText foldKey={row.key} text={failureText(line)} as="prose" />
      <Fold minor foldKey={`${row.key}/raw`} head={<span className={classes.quiet}>The raw line</span>}>
        {() => <RawLine index={index} row={row} />}
      </Fold>
    </>
  );
}
