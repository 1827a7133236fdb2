import { Button, Group, Paper, Progress, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { api } from '../../api/api';
import { asApiError } from '../../api/problem';
import { count } from '../../shared/format';
import { useAppDispatch } from '../../shared/state';
import { useSetRolloutStatusMutation } from './rolloutsApi';

interface Props {
  ids: string[];
  onDone: () => void;
}

const atOnce = 6;

/** Cancels or requeues the selected rollouts, one request each, and reports failures. */
export function BulkBar({ ids, onDone }: Props) {
  const [setStatus] = useSetRolloutStatusMutation();
  const dispatch = useAppDispatch();
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
        setDone((before) => (before ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    setDone(null);
    // Once, not for each request.
    dispatch(api.util.invalidateTags([{ type: 'Rollouts', id: 'LIST' }, ...ids.map((id) => ({ type: 'Rollouts' as const, id }))]));
    notifications.show({
      color: failures.length > 0 ? 'red' : 'teal',
      title: `${count(ids.length - failures.length)} ${past}${failures.length > 0 ? `, ${count(failures.length)} refused` : ''}`,
      message: failures.slice(0, 3).join('\n'),
    });
    onDone();
  };
  return (
    <Paper withBorder p="xs" mb="sm" role="region" aria-label="Selected rollouts">
      <Group gap="sm">
        <Text size="sm">{count(ids.length)} selected</Text>
        <Button
          size="compact-sm"
          variant="outline"
          color="red"
          disabled={done !== null}
          onClick={() => void apply('cancelled', 'cancelled')}
        >
          Cancel
        </Button>
        <Button size="compact-sm" variant="outline" disabled={done !== null} onClick={() => void apply('queuing', 'requeued')}>
          Requeue
        </Button>
        <Button size="compact-sm" variant="subtle" color="gray" disabled={done !== null} onClick={onDone}>
          Clear selection
        </Button>
        {done !== null && (
          <>
            <Progress w={160} value={(100 * done) / ids.length} aria-label="progress" />
            <Text size="sm" role="status">
              {count(done)} of {count(ids.length)}
            </Text>
          </>
        )}
      </Group>
    </Paper>
  );
}
