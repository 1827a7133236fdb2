import type { JsonObject } from '../parse/json';
import { inputParts } from '../parse/tool';
import { LongText } from './LongText';
import classes from './rows.module.css';

/** An object, member by member. */
export function Members({ of, rowKey }: { of: JsonObject | null; rowKey: string }) {
  return inputParts(of).map(({ name, text }) => (
    <div key={name}>
      <h4 className={classes.partName}>{name}</h4>
      <LongText foldKey={`${rowKey}/${name}`} text={text} />
    </div>
  ));
}
