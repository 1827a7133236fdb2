import { tokensText } from '../words';
import type { RowProps } from './row';
import classes from './rows.module.css';

/** The tokens of a message, shown with the first of its rows. */
export function UsedTokens({ index, row }: Pick<RowProps, 'index' | 'row'>) {
  const used = row.message !== null && index.isHead(row) ? index.usage.of(row.message) : null;
  return used === null ? null : <span className={classes.tokens}>{tokensText(used)}</span>;
}
