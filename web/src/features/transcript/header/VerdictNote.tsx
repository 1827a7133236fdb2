import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useReadsWords } from '../../../api/role';
import { duration, timestamp } from '../../../shared/format';
import { SignInToRead } from '../../../shared/SignInToRead';
import type { AttemptFacts, ShownVerdict } from '../attemptFacts';
import { brokenOff } from '../brokenOff';
import classes from './header.module.css';

function whenBack({ retryAfterS, resetAt }: ShownVerdict): string | null {
  if (resetAt !== null && !Number.isNaN(Date.parse(resetAt)))
    return `The provider expects to be back at ${timestamp(Date.parse(resetAt))}.`;
  return retryAfterS === null ? null : `The provider asks to wait ${duration(retryAfterS * 1000)}.`;
}

type Tone = 'neutral' | 'warning' | 'bad';

const glyphs: Record<Tone, string> = { neutral: '⊘', warning: '▲', bad: '✕' };

interface NoteProps {
  tone: Tone;
  title: string;
  words: ReactNode;
  children?: ReactNode;
}

function Note({ tone, title, words, children }: NoteProps) {
  return (
    <section className={classes.note} data-tone={tone} aria-label="Verdict">
      <h3 className={classes.noteTitle}>
        <span aria-hidden>{glyphs[tone]} </span>
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

/** An interrupted attempt has no verdict; the daemon noted why. */
function BrokenOff({ error }: { error: string }) {
  const { title, words, ours } = brokenOff(error);
  return <Note tone={ours ? 'neutral' : 'bad'} title={title} words={words} />;
}

/** What the daemon's own rules mean; the evidence explains the others. */
const ruleWords = new Map([
  ['output-limit', 'It wrote more than agent.max_output_mb allows, and was stopped.'],
  ['task-deadline', 'It did not finish within agent.timeout_s, and was stopped.'],
]);

/** The decisive words. Those who may not read them get the rule's name instead. */
function Evidence({ verdict: { evidence, rule } }: { verdict: ShownVerdict }) {
  const reads = useReadsWords();
  return !reads && evidence === rule ? <SignInToRead what="what it said" /> : `“${evidence}”`;
}

/** Why the attempt failed: whose fault, by which rule, and the decisive words. */
export function VerdictNote({ facts: { verdict, error } }: { facts: AttemptFacts }) {
  if (verdict === null || verdict.kind === 'success') {
    return error === null ? null : <BrokenOff error={error} />;
  }
  return (
    <Note
      tone={verdict.failover ? 'warning' : 'bad'}
      title={`${verdict.kind}: ${verdict.failover ? 'the provider is to blame' : 'the task’s own failure'}`}
      words={verdict.evidence === '' ? '' : <Evidence verdict={verdict} />}
    >
      Rule {verdict.rule}. {ruleWords.get(verdict.rule)}{' '}
      {verdict.failover ? 'Another tier could serve this task. ' : 'No other tier would help. '}
      {whenBack(verdict)}
    </Note>
  );
}
