import { endingOf } from '../parse/tally';
import { endingText } from '../words';
import { Fold } from './Fold';
import { LongText } from './LongText';
import type { RowProps } from './row';
import classes from './rows.module.css';
import { RawLine } from './SystemLines';

/** The result line. The answer of a successful run is already the last message. */
export function EndingRow({ index, row }: RowProps) {
  const line = index.jsonOf(row);
  if (line === null) return null;
  const ending = endingOf(line);
  const said = [...ending.errors, ending.failed ? (ending.text ?? '') : ''].filter((text) => text !== '').join('\n');
  return (
    <div className={classes.ending}>
      <div className={classes.headline}>
        <h3 className={`${classes.speaker} ${ending.failed ? classes.bad : ''}`}>
          <span aria-hidden>{ending.failed ? '✕ ' : '✓ '}</span>
          {ending.failed ? `Failed: ${ending.reason}` : 'Finished'}
        </h3>
        <span className={classes.quiet}>{endingText(ending)}</span>
      </div>
      {said !== '' && <LongText foldKey={row.key} text={said} as="prose" />}
      <Fold minor foldKey={`${row.key}/raw`} head={<span className={classes.quiet}>The raw line</span>}>
        {() => <RawLine index={index} row={row} />}
      </Fold>
    </div>
  );
}
