import { UnstyledButton } from '@mantine/core';
import { count } from '../../../shared/format';
import { clip } from '../parse/prose';
import type { TranscriptIndex } from '../parse/transcriptIndex';
import { useFold } from '../rows/folds';
import rowClasses from '../rows/rows.module.css';
import classes from './view.module.css';
import { VirtualRows, type Following } from './VirtualRows';

interface Props extends Following {
  index: TranscriptIndex;
  version: number;
  onNearTop: () => void;
}

const firstCharacters = 1500;
const step = 200_000;

function RawLine({ index, at }: { index: TranscriptIndex; at: number }) {
  const [level, setLevel] = useFold(`raw/${index.lineStart(at)}`);
  const line = index.line(at);
  const shown = clip(line, level === 0 ? firstCharacters : level * step, Infinity);
  const left = line.length - shown.length;
  return (
    <div className={classes.rawLine}>
      {/* The first line's number is not known before the start is loaded. */}
      <span className={classes.number}>{index.start === 0 ? at + 1 : `+${at + 1}`}</span>
      <span className={classes.rawText}>
        {shown === '' ? '\u00a0' : shown}
        {left > 0 && (
          <UnstyledButton className={rowClasses.more} onClick={() => setLevel(level + 1)}>
            … {line.length <= (level + 1) * step ? `show all ${count(line.length)} characters` : `show ${count(step)} more characters`}
          </UnstyledButton>
        )}
      </span>
    </div>
  );
}

/** The file as it is, line by line. */
export function RawView({ index, ...list }: Props) {
  return (
    <VirtualRows
      label="Raw transcript"
      count={index.lineCount}
      keyOf={(at) => String(index.lineStart(at))}
      estimate={(at) => 18 * Math.max(1, Math.ceil(Math.min(firstCharacters, index.lineStart(at + 1) - index.lineStart(at)) / 95))}
      draw={(at) => <RawLine index={index} at={at} />}
      {...list}
    />
  );
}
