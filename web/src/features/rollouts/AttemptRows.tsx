import { Button, Group, Skeleton, Text } from '@mantine/core';
import type { Attempt, Rollout } from '../../api/types';
import { asApiError } from '../../api/problem';
import { RolloutRow, type RowActions } from './RolloutRow';
import { useGetAttemptsOfQuery } from './rolloutsApi';

interface Props {
  rollout: Rollout;
  columns: number;
  actions: RowActions;
}

function isOlder(latest: Attempt | undefined) {
  return ({ attempt_id }: Attempt) => attempt_id !== latest?.attempt_id;
}

/** The older attempts below their rollout; fetched when opened. */
export function AttemptRows({ rollout, columns, actions }: Props) {
  const { data, isLoading, error, refetch } = useGetAttemptsOfQuery(rollout.rollout_id);
  if (data === undefined) {
    return (
      <tr>
        <td colSpan={columns}>
          {isLoading ? (
            <Skeleton h={20} aria-busy />
          ) : (
            <Group gap="sm" role="alert">
              <Text size="sm">The older attempts could not be loaded: {asApiError(error).detail}</Text>
              <Button size="compact-xs" variant="outline" onClick={() => void refetch()}>
                Retry
              </Button>
            </Group>
          )}
        </td>
      </tr>
    );
  }
  return data.items
    .filter(isOlder(rollout.attempt))
    .map((attempt) => <RolloutRow key={attempt.attempt_id} rollout={rollout} attempt={attempt} actions={actions} />);
}
