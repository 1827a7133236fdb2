import type { ReactNode } from 'react';
import classes from './FindingList.module.css';
import type { Tone } from './trouble';

export interface Found {
  key: string;
  tone: Tone;
  /** One sentence. */
  words: string;
}

interface Props<F extends Found> {
  findings: F[];
  /** What is shown when nothing was found. */
  quiet: string;
  /** The one next step. */
  step?: (finding: F) => ReactNode;
}

const glyphs: Record<Tone, string> = { danger: '✕', warning: '▲', neutral: '‖' };

/** The first thing one sees on a page: what is wrong, in words; or a quiet line that nothing is. */
export function FindingList<F extends Found>({ findings, quiet, step }: Props<F>) {
  if (findings.length === 0) {
    return (
      <p className={classes.quiet}>
        <span aria-hidden>✓ </span>
        {quiet}
      </p>
    );
  }
  return (
    <ul className={classes.list} aria-label="What needs attention">
      {findings.map((finding) => (
        <li key={finding.key} className={classes.finding} data-tone={finding.tone}>
          <span className={classes.glyph} aria-hidden>
            {glyphs[finding.tone]}
          </span>
          <span className={classes.words}>{finding.words}</span>
          {step?.(finding)}
        </li>
      ))}
    </ul>
  );
}
