import type { ReactNode } from 'react';
import classes from './rows.module.css';

interface Props {
  name: ReactNode;
  summary: string;
  tone?: 'warning';
  /** How it went, how long it took. */
  children?: ReactNode;
}

/** The one line of a fold. The spaces are for those who hear it: without them the words run together. */
export function FoldHead({ name, summary, tone, children }: Props) {
  return (
    <>
      <span className={tone === undefined ? classes.name : `${classes.name} ${classes[tone]}`}>{name}</span>{' '}
      <span className={classes.summary}>{summary}</span> {children}
    </>
  );
}
