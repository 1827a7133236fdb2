import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { duration, timestamp } from '../../../shared/format';
import type { AttemptFacts, ShownVerdict } from '../attemptFacts';
import classes from './header.module.css';

function whenBack({ retryAfterS, resetAt }: ShownVerdict): string | null {
  if (resetAt !== null && !Number.isNaN(Date.parse(resetAt))) return `The provider expects to be back at ${timestamp(Date.parse(resetAt))}.`;
  return retryAfterS === null ? null : `The provider asks to wait ${duration(retryAfterS * 1000)}.`;
}

interface NoteProps {
  tone: 'warning' | 'bad';
  title: string;
  words: string;
  children?: ReactNode;
}

function Note({ tone, title, words, children }: NoteProps) {
  return (
    <section className={classes.note} data-tone={tone} aria-label="Verdict">
      <h3 className={classes.noteTitle}>
        <span aria-hidden>{tone === 'bad' ? '✕ ' : '▲ '}</span>
        {title}
      </h3>
      {words !== '' && <div className={classes.evidence}>{words}</div>}
      {children !== undefined && (
        <Text size="xs" c="dimmed">
          {children}
        </Text>
      )}
    </section>
  );
}

/** Why the attempt failed: whose fault, by which rule, and the words that decided. */
export function VerdictNote({ facts: { verdict, error } }: { facts: AttemptFacts }) {
  if (verdict === null || verdict.kind === 'success') {
    return error === null ? null : <Note tone="bad" title="The attempt did not run" words={error} />;
  }
  return (
    <Note
      tone={verdict.failover ? 'warning' : 'bad'}
      title={`${verdict.kind}: ${verdict.failover ? 'the provider is to blame' : 'the task’s own failure'}`}
      words={verdict.evidence === '' ? '' : `“${verdict.evidence}”`}
    >
      Rule {verdict.rule}. {verdict.failover ? 'Another tier could serve this task. ' : 'No other tier would help. '}
      {whenBack(verdict)}
    </Note>
  );
}
