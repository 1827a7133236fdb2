import { useMemo } from 'react';
import { Text, VisuallyHidden } from '@mantine/core';
import type { JsonObject } from '../model/json';
import { lineDiff, withContext, type DiffRow } from '../model/lineDiff';
import { prettyLines } from '../model/prettyJson';
import { withoutSecrets } from '../model/secrets';
import classes from './Diff.module.css';

const signs: Record<DiffRow['kind'], { sign: string; word: string }> = {
  same: { sign: ' ', word: '' },
  removed: { sign: '−', word: 'removed: ' },
  added: { sign: '+', word: 'added: ' },
  gap: { sign: '⋯', word: '' },
};

/** The lines that differ, and a few around each; secrets stay masked. */
export function Diff({ before, after }: { before: JsonObject; after: JsonObject }) {
  const rows = useMemo(
    () => withContext(lineDiff(prettyLines(withoutSecrets(before)), prettyLines(withoutSecrets(after)))),
    [before, after],
  );
  const changed = (kind: string) => rows.filter((row) => row.kind === kind).length;
  return (
    <>
      <Text size="sm" c="dimmed" mb={4}>
        Lines: {changed('added')} added, {changed('removed')} removed
      </Text>
      <div className={classes.frame} tabIndex={0} role="region" aria-label="Changes">
        <code className={classes.lines}>
          {rows.map(({ kind, text }, i) => (
            <span key={i} className={classes.line} data-kind={kind}>
              <span className={classes.sign} aria-hidden>
                {signs[kind].sign}
              </span>
              {signs[kind].word !== '' && <VisuallyHidden>{signs[kind].word}</VisuallyHidden>}
              {text}
            </span>
          ))}
        </code>
      </div>
    </>
  );
}
