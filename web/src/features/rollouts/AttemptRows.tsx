import { Button, Group, Skeleton, Table, Text } from '@mantine/core';
import type { Attempt, Rollout } from '../../api/types';
import { asApiError } from '../../api/problem';
import { RolloutRow } from './RolloutRow';
import { useGetAttemptsOfQuery } from './rolloutsApi';

interface Props {
  rollout: Rollout;
  now: number;
  columns: number;
  onJson: (rolloutId: string, attemptId: string | null) => void;
  onTranscript: (rolloutId: string, attemptId: string) => void;
}

function isOlder(latest: Attempt | undefined) {
  return ({ attempt_id }: Attempt) => attempt_id !== latest?.attempt_id;
}

/** The older attempts below their rollout; fetched when somebody looks. */
export function AttemptRows({ rollout, now, columns, onJson, onTranscript }: Props) {
  const { data, isLoading, error, refetch } = useGetAttemptsOfQuery(rollout.rollout_id);
  if (data === undefined) {
    return (
      <Table.Tr>
        <Table.Td colSpan={columns}>
          {isLoading ? (
            <Skeleton h={20} />
          ) : (
            <Group gap="sm" role="alert">
              <Text size="sm">The older attempts could not be loaded: {asApiError(error).detail}</Text>
              <Button size="compact-xs" variant="outline" onClick={() => void refetch()}>
                Retry
              </Button>
            </Group>
          )}
        </Table.Td>
      </Table.Tr>
    );
  }
  return data.items
    .filter(isOlder(rollout.attempt))
    .map((attempt) => <RolloutRow key={attempt.attempt_id} rollout={rollout} attempt={attempt} now={now} onJson={onJson} onTranscript={onTranscript} />);
}
