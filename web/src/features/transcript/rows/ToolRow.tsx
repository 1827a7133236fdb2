import { objectIn, textIn } from '../parse/json';
import { inputSummary, isFailedResult, oneLine, resultText, sizeOf } from '../parse/tool';
import { Fold } from './Fold';
import { FoldHead } from './FoldHead';
import { LongText } from './LongText';
import { Members } from './Members';
import { blockOf, type RowProps } from './row';
import classes from './rows.module.css';
import { UsedTokens } from './UsedTokens';

interface Answer {
  text: string;
  failed: boolean;
}

function answerOf({ index, row }: RowProps): Answer | null {
  const found = row.kind === 'toolResult' ? row : index.resultOf(row);
  if (found === null) return null;
  const block = blockOf(index.jsonOf(found), found);
  return { text: resultText(block), failed: isFailedResult(block) };
}

function Outcome({ answer, active }: { answer: Answer | null; active: boolean }) {
  if (answer === null) return <span className={classes.outcome}>{active ? '◔ running' : '– no result'}</span>;
  if (answer.failed) return <span className={`${classes.outcome} ${classes.bad}`}>✕ failed</span>;
  return <span className={classes.outcome}>✓ {sizeOf(answer.text)}</span>;
}

/** A call and its result, folded into one line: the tool, its input, and the result. */
export function ToolRow(props: RowProps) {
  const { index, row, active } = props;
  const call = row.kind === 'tool' ? blockOf(index.jsonOf(row), row) : null;
  const input = objectIn(call, 'input');
  const answer = answerOf(props);
  const name = call === null ? 'Result of an earlier call' : (textIn(call, 'name') ?? 'tool');
  const head = (
    <FoldHead name={row.nested ? `${name} · subagent` : name} summary={call === null ? oneLine(answer?.text ?? '') : inputSummary(input)}>
      <UsedTokens index={index} row={row} /> <Outcome answer={answer} active={active} />
    </FoldHead>
  );
  return (
    <Fold foldKey={row.key} head={head}>
      {() => (
        <>
          <Members of={input} rowKey={row.key} />
          {answer !== null && (
            <>
              <h4 className={classes.partName}>{answer.failed ? 'Result (failed)' : 'Result'}</h4>
              <LongText foldKey={`${row.key}/result`} text={answer.text === '' ? '(empty)' : answer.text} />
            </>
          )}
        </>
      )}
    </Fold>
  );
}
