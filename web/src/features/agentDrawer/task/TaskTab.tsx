import { Alert, Stack, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { useMayChange } from '../../../api/role';
import { asApiError, type ApiError } from '../../../api/problem';
import type { Agent, FieldProblem } from '../../../api/types';
import { CopyableId } from '../../../shared/CopyableId';
import { useSendTaskMutation } from '../agentDrawerApi';
import { PanelProblem } from '../../../shared/PanelProblem';
import { TranscriptLink } from '../TranscriptLink';
import { draftFor, emptyDraft, keepDraft, problemsElsewhere, taskOf, type TaskDraft } from './taskDraft';
import { TaskForm } from './TaskForm';

type Waiting = Pick<Agent, 'queue_depth' | 'provider_state' | 'current_rollout_id'>;

/** How many tasks are ahead of it, and whether it will start at all. */
export function waitingInWords({ queue_depth, provider_state, current_rollout_id }: Waiting): string {
  const queue = queue_depth === 0 ? 'No task waits.' : queue_depth === 1 ? '1 task waits.' : `${queue_depth} tasks wait.`;
  if (provider_state.paused) return `${queue} The agent is paused: a task is kept until it resumes.`;
  return current_rollout_id == null ? queue : `${queue} One is running.`;
}

function Sent({ rolloutId }: { rolloutId: string }) {
  return (
    <Alert color="gray" icon={<IconCheck aria-hidden />} title="Sent" role="status" variant="light">
      <CopyableId id={rolloutId} what="rollout" />{' '}
      <TranscriptLink isInText rolloutId={rolloutId} label={`Follow its transcript, ${rolloutId}`}>
        Follow its transcript
      </TranscriptLink>
    </Alert>
  );
}

/** A 422 is shown at its fields; only what belongs to none of them is shown above. */
function Refused({ error }: { error: ApiError }) {
  const elsewhere = problemsElsewhere(error.errors);
  if (error.status === 422 && error.errors.length > 0 && elsewhere.length === 0) return null;
  return <PanelProblem what="The task was not accepted" error={{ ...error, errors: elsewhere }} still="What you typed is kept." />;
}

function useTask(name: string) {
  const [draft, setDraft] = useState(() => draftFor(name));
  const [problems, setProblems] = useState<FieldProblem[]>([]);
  const [send, { data: sent, error, isLoading, reset }] = useSendTaskMutation();
  const refusal = error === undefined ? null : asApiError(error);
  const change = (next: TaskDraft) => {
    setDraft(next);
    keepDraft(name, next);
  };
  return {
    draft,
    problems: refusal?.status === 422 ? refusal.errors : problems,
    refusal,
    isSending: isLoading,
    sent,
    change,
    submit: async () => {
      if (isLoading) return;
      const made = taskOf(draft);
      setProblems('problems' in made ? made.problems : []);
      reset();
      if ('problems' in made) return;
      const answer = await send({ name, task: made.task });
      if ('error' in answer) return;
      setDraft({ ...emptyDraft, format: draft.format });
      keepDraft(name, null);
    },
  };
}

export function TaskTab({ agent }: { agent: Agent }) {
  const mayChange = useMayChange();
  const task = useTask(agent.name);
  if (!mayChange) {
    return (
      <Text size="sm" c="dimmed">
        {waitingInWords(agent)} You are signed in as a viewer: an operator sends tasks.
      </Text>
    );
  }
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {waitingInWords(agent)}
      </Text>
      {task.sent !== undefined && <Sent rolloutId={task.sent.rollout_id} />}
      {task.refusal !== null && <Refused error={task.refusal} />}
      <TaskForm
        draft={task.draft}
        problems={task.problems}
        isSending={task.isSending}
        onChange={task.change}
        onSend={() => void task.submit()}
      />
    </Stack>
  );
}
