import { Button, Group, Paper, Progress, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { asApiError } from '../../api/problem';
import { useSetRolloutStatusMutation } from './rolloutsApi';

interface Props {
  ids: string[];
  onDone: () => void;
}

const atOnce = 6;

/** Cancel or requeue what is selected, one request a rollout, and say what did not work. */
export function BulkBar({ ids, onDone }: Props) {
  const [setStatus] = useSetRolloutStatusMutation();
  const [done, setDone] = useState<number | null>(null);
  const apply = async (status: 'cancelled' | 'queuing', past: string) => {
    const queue = [...ids];
    const failures: string[] = [];
    setDone(0);
    const work = async () => {
      for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
        try {
          await setStatus({ id, status }).unwrap();
        } catch (error) {
          failures.push(`${id}: ${asApiError(error).detail}`);
        }
        setDone((count) => (count ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    setDone(null);
    notifications.show({
      color: failures.length > 0 ? 'red' : 'teal',
      title: `${ids.length - failures.length} ${past}${failures.length > 0 ? `, ${failures.length} refused` : ''}`,
      message: failures.slice(0, 3).join('\n'),
    });
    onDone();
  };
  return (
    <Paper withBorder p="xs" mb="sm" role="region" aria-label="Selected rollouts">
      <Group gap="sm">
        <Text size="sm">{ids.length} selected</Text>
        <Button size="compact-sm" variant="outline" color="red" disabled={done !== null} onClick={() => void apply('cancelled', 'cancelled')}>
          Cancel
        </Button>
        <Button size="compact-sm" variant="outline" disabled={done !== null} onClick={() => void apply('queuing', 'requeued')}>
          Requeue
        </Button>
        {done !== null && <Progress w={160} value={(100 * done) / ids.length} aria-label="progress" />}
      </Group>
    </Paper>
  );
}
