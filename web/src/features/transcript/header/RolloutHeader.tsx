import { Anchor, Group, NativeSelect, Text } from '@mantine/core';
import { Link, useLocation } from 'react-router';
import { useMayChange } from '../../../api/role';
import type { Attempt, Rollout } from '../../../api/types';
import { CopyableId } from '../../../shared/CopyableId';
import { placeOf } from '../../../shared/drawer';
import { count, duration, milliseconds } from '../../../shared/format';
import { RelativeTime } from '../../../shared/RelativeTime';
import { StatusBadge } from '../../../shared/StatusBadge';
import { useNow } from '../../../shared/useNow';
import { attemptTitle, factsOf, isActive, isUnfinished } from '../attemptFacts';
import { CancelButton } from './CancelButton';
import classes from './header.module.css';
import { TaskInput } from './TaskInput';
import { VerdictNote } from './VerdictNote';

function Took({ of: { start_time, end_time } }: { of: Pick<Attempt, 'start_time' | 'end_time'> }) {
  const now = useNow(1000);
  const start = start_time * 1000;
  return <>{end_time === null ? duration(now - start) : milliseconds(end_time * 1000 - start)}</>;
}

function AgentLink({ name }: { name: string }) {
  const location = useLocation();
  return (
    <Anchor component={Link} to={placeOf({ kind: 'agent', name, tab: null }, location)} size="sm">
      {name}
    </Anchor>
  );
}

interface Props {
  rollout: Rollout;
  attempts: readonly Attempt[];
  /** The attempt that is shown. */
  attempt: Attempt | null;
  onAttempt: (id: string) => void;
}

/** Red unless the run ended by itself with exit code 0. */
function Ended({ attempt }: { attempt: Attempt }) {
  const { ending, askedToEnd } = factsOf(attempt);
  if (askedToEnd !== null && isActive(attempt)) {
    return (
      <Text size="sm" component="span">
        ◌ being ended, asked {askedToEnd === 1 ? 'once' : `${count(askedToEnd)} times`}
      </Text>
    );
  }
  if (ending === null) return null;
  return (
    <Text size="sm" component="span" c={ending.ordinary ? 'dimmed' : undefined} className={classes.ended} data-bad={!ending.ordinary}>
      {!ending.ordinary && <span aria-hidden>✕ </span>}
      {ending.words}
    </Text>
  );
}

/** Which rollout and attempt this is, on which agent and model, and how it went. */
export function RolloutHeader({ rollout, attempts, attempt, onAttempt }: Props) {
  const mayChange = useMayChange();
  return (
    <>
      <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
        <Group gap="xs">
          <CopyableId id={rollout.rollout_id} what="rollout" />
          <span role="status">
            <StatusBadge status={rollout.status} />
          </span>
          {attempt !== null && attempt.worker_id !== null && <AgentLink name={attempt.worker_id} />}
          <Text size="sm" c="dimmed" component="span">
            <RelativeTime at={(attempt ?? rollout).start_time * 1000} />, {attempt !== null && attempt.end_time !== null ? 'took' : 'for'}{' '}
            <Took of={attempt ?? rollout} />
          </Text>
          {attempt !== null && <Ended attempt={attempt} />}
        </Group>
        {mayChange && isUnfinished(rollout) && (
          <CancelButton rolloutId={rollout.rollout_id} running={rollout.status === 'running' || rollout.status === 'preparing'} />
        )}
      </Group>
      <TaskInput input={rollout.input} />
      {attempt !== null && (
        <NativeSelect
          size="xs"
          aria-label="Attempt"
          value={attempt.attempt_id}
          onChange={(event) => onAttempt(event.currentTarget.value)}
          data={attempts.map((each) => ({ value: each.attempt_id, label: attemptTitle(each, attempts.length) }))}
        />
      )}
      {attempt !== null && <VerdictNote facts={factsOf(attempt)} />}
    </>
  );
}
