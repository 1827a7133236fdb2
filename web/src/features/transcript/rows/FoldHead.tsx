import type { ReactNode } from 'react';
import classes from './rows.module.css';

interface Props {
  name: ReactNode;
  summary: string;
  tone?: 'warning';
  /** The result and the duration. */
  children?: ReactNode;
}

/** The one line of a fold. The spaces are for screen readers: without them the words run together. */
export function FoldHead({ name, summary, tone, children }: Props) {
  return (
    <>
      <span className={tone === undefined ? classes.name : `${classes.name} ${classes[tone]}`}>{name}</span>{' '}
      <span className={classes.summary}>{summary}</span> {children}
    </>
  );
}
