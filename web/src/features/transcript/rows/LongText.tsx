import { UnstyledButton } from '@mantine/core';
import { count } from '../../../shared/format';
import { clip } from '../parse/prose';
import { useFold } from './folds';
import { Prose } from './Prose';
import classes from './rows.module.css';

const firstCharacters = 5000;
const firstLines = 40;
/** More than this at once makes a browser freeze. */
const step = 200_000;

interface Props {
  foldKey: string;
  text: string;
  /** prose: with code fences; code: verbatim; output: verbatim, part of a longer text that was already cut. */
  as?: 'prose' | 'code' | 'output';
}

/** Text only, never markup. The beginning of a long text, and the rest on demand. */
export function LongText({ foldKey, text, as = 'code' }: Props) {
  const key = `${foldKey}/text`;
  const [level, setLevel] = useFold(key);
  const shown = level === 0 ? clip(text, firstCharacters, as === 'output' ? Infinity : firstLines) : clip(text, level * step, Infinity);
  const left = text.length - shown.length;
  return (
    <>
      {as === 'prose' ? <Prose text={shown} /> : <pre className={as === 'code' ? classes.code : classes.output}>{shown}</pre>}
      {left > 0 && (
        <UnstyledButton className={classes.more} onClick={() => setLevel(level + 1)}>
          {text.length <= (level + 1) * step
            ? `Show all ${count(text.length)} characters`
            : `Show ${count(step)} more characters, ${count(left)} left`}
        </UnstyledButton>
      )}
    </>
  );
}
