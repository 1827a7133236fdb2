import type { ReactNode } from 'react';
import type { RowKind } from '../parse/readLine';
import { EndingRow } from './EndingRow';
import { Failure, Retry } from './Failures';
import type { RowProps } from './row';
import classes from './rows.module.css';
import { Spoken, Thinking } from './Spoken';
import { Folded, Half, Plain, Session } from './SystemLines';
import { ToolRow } from './ToolRow';

const views: Record<RowKind, (props: RowProps) => ReactNode> = {
  init: Session,
  note: Folded,
  retry: Retry,
  error: Failure,
  user: Spoken,
  assistant: Spoken,
  thinking: Thinking,
  tool: ToolRow,
  toolResult: ToolRow,
  result: EndingRow,
  text: Plain,
  half: Half,
  raw: Folded,
};

const tones: Partial<Record<RowKind, 'bad' | 'warning'>> = { error: 'bad', retry: 'warning' };

/** One row of the conversation. */
export function RowView(props: RowProps) {
  const { row } = props;
  const View = views[row.kind];
  return (
    <div className={classes.row} data-kind={row.kind} data-tone={tones[row.kind]} data-nested={row.nested}>
      <View {...props} />
    </div>
  );
}
