import { Skeleton, Stack } from '@mantine/core';
import { IconHourglass, IconZoomQuestion } from '@tabler/icons-react';
import type { Attempt } from '../../api/types';
import { useOpenDrawer } from '../../shared/drawer';
import { EmptyState } from '../../shared/EmptyState';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { useUi } from '../../shared/state';
import { AttemptPane } from './AttemptPane';
import { isUnfinished } from './attemptFacts';
import { RolloutHeader } from './header/RolloutHeader';
import classes from './transcript.module.css';
import { useGetTranscribedAttemptsQuery, useGetTranscribedRolloutQuery } from './transcriptApi';

interface Props {
  rolloutId: string;
  /** Null: the latest one. */
  attemptId: string | null;
}

function Waiting({ unfinished }: { unfinished: boolean }) {
  return (
    <EmptyState icon={<IconHourglass size={28} />} title={unfinished ? 'Not started yet' : 'Never started'}>
      {unfinished ? 'The transcript begins when an agent takes the task.' : 'No agent took this task, so nothing was written.'}
    </EmptyState>
  );
}

function NoSuchAttempt({ id }: { id: string }) {
  return (
    <EmptyState icon={<IconZoomQuestion size={28} />} title="There is no such attempt">
      This rollout has no attempt {id}.
    </EmptyState>
  );
}

/** The transcript of an agent's work on a task. */
export default function TranscriptDrawer({ rolloutId, attemptId }: Props) {
  const rollout = useGetTranscribedRolloutQuery(rolloutId);
  const attempts = useGetTranscribedAttemptsQuery(rolloutId);
  const backend = useUi((state) => state.backend.address);
  const open = useOpenDrawer();
  const error = rollout.error ?? attempts.error;
  const retry = () => {
    void rollout.refetch();
    void attempts.refetch();
  };
  if (rollout.data === undefined || attempts.data === undefined) {
    if (error !== undefined) return <ProblemAlert what="The rollout could not be loaded" error={error} onRetry={retry} />;
    return (
      <Stack gap="xs" role="status" aria-label="Loading the rollout">
        <Skeleton h={28} w="70%" />
        <Skeleton h={30} />
        <Skeleton h={320} />
      </Stack>
    );
  }
  const list = attempts.data;
  const latest = list.at(-1) ?? null;
  const attempt: Attempt | null = attemptId === null ? latest : (list.find(({ attempt_id }) => attempt_id === attemptId) ?? null);
  return (
    <div className={classes.drawer}>
      {error !== undefined && <ProblemAlert what="The rollout could not be refreshed" error={error} stale onRetry={retry} />}
      <RolloutHeader
        rollout={rollout.data}
        attempts={list}
        attempt={attempt}
        onAttempt={(id) => open({ kind: 'transcript', rolloutId, attemptId: id === latest?.attempt_id ? null : id })}
      />
      {attempt !== null && <AttemptPane key={`${backend}/${attempt.attempt_id}`} attempt={attempt} />}
      {attempt === null && (attemptId === null ? <Waiting unfinished={isUnfinished(rollout.data)} /> : <NoSuchAttempt id={attemptId} />)}
    </div>
  );
}
