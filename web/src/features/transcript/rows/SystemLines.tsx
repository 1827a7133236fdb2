import { indentJson } from '../../../shared/jsonText';
import { listIn, objectIn, textIn } from '../parse/json';
import { withoutEscapes } from '../parse/prose';
import { oneLine } from '../parse/tool';
import { Fold } from './Fold';
import { FoldHead } from './FoldHead';
import { LongText } from './LongText';
import { Members } from './Members';
import { blockOf, type RowProps } from './row';
import classes from './rows.module.css';

export function Session({ index, row }: RowProps) {
  const line = index.jsonOf(row);
  const members = Object.fromEntries(Object.entries(line ?? {}).filter(([name]) => !['type', 'subtype', 'uuid'].includes(name)));
  const tools = listIn(line, 'tools').length;
  const says = [textIn(line, 'model'), `${tools} ${tools === 1 ? 'tool' : 'tools'}`, textIn(line, 'cwd')].filter(Boolean).join(' · ');
  return (
    <Fold foldKey={row.key} head={<FoldHead name="Session" summary={says} />}>
      {() => <Members of={members} rowKey={row.key} />}
    </Fold>
  );
}

export function RawLine({ index, row }: Pick<RowProps, 'index' | 'row'>) {
  return <LongText foldKey={row.key} text={indentJson(index.textOf(row))} />;
}

/** A folded line with a title. */
export function Folded({ index, row }: RowProps) {
  const line = index.jsonOf(row);
  const block = row.block < 0 ? null : blockOf(line, row);
  const name = [textIn(line, 'type'), textIn(line, 'subtype'), textIn(block, 'type')].filter(Boolean).join(' · ') || 'JSON';
  const says = textIn(line, 'content') ?? textIn(line, 'status') ?? textIn(objectIn(line, 'rate_limit_info'), 'status');
  return (
    <Fold foldKey={row.key} head={<FoldHead name={name} summary={says === null ? '' : oneLine(says)} />}>
      {() => <RawLine index={index} row={row} />}
    </Fold>
  );
}

export function Plain({ index, row }: RowProps) {
  return <LongText foldKey={row.key} text={withoutEscapes(index.textOf(row))} as="output" />;
}

export function Half({ index, row, active }: RowProps) {
  return (
    <Fold
      foldKey={row.key}
      head={<span className={classes.quiet}>{active ? 'A line is being written…' : 'The last line is incomplete'}</span>}
    >
      {() => <LongText foldKey={row.key} text={index.textOf(row)} />}
    </Fold>
  );
}
