import { objectIn, textIn } from '../parse/json';
import { oneLine } from '../parse/tool';
import { Fold } from './Fold';
import { FoldHead } from './FoldHead';
import { LongText } from './LongText';
import { blockOf, type RowProps } from './row';
import { UsedTokens } from './UsedTokens';
import classes from './rows.module.css';

export function Spoken({ index, row }: RowProps) {
  const line = index.jsonOf(row);
  const text = textIn(blockOf(line, row), 'text') ?? textIn(objectIn(line, 'message'), 'content') ?? '';
  const speaker = row.kind === 'user' ? 'User' : 'Assistant';
  return (
    <>
      <div className={classes.headline}>
        <h3 className={classes.speaker}>
          {speaker}
          {row.nested && ' · subagent'}
        </h3>
        <UsedTokens index={index} row={row} />
      </div>
      <LongText foldKey={row.key} text={text} as="prose" />
    </>
  );
}

export function Thinking({ index, row }: RowProps) {
  const block = blockOf(index.jsonOf(row), row);
  const text = textIn(block, 'thinking') ?? '';
  const head = (
    <FoldHead name="Thinking" summary={text === '' ? 'not shown by the provider' : oneLine(text)}>
      <UsedTokens index={index} row={row} />
    </FoldHead>
  );
  return (
    <Fold foldKey={row.key} head={head}>
      {() => <LongText foldKey={row.key} text={text} as="prose" />}
    </Fold>
  );
}
