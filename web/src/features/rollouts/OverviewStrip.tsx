import { Group, Paper, Skeleton, Text, UnstyledButton } from '@mantine/core';
import type { StoreStatistics } from '../../api/types';
import { count, duration } from '../../shared/format';
import { useNow } from '../../shared/useNow';
import classes from './OverviewStrip.module.css';
import { statuses } from './rolloutsQuery';
import { StatusBadge } from '../../shared/StatusBadge';

interface Props {
  statistics: StoreStatistics | undefined;
  chosen: string[];
  onChoose: (statuses: string[]) => void;
}

/** The share of successes among the rollouts that ended in the last hour. */
function successRate({ succeeded, failed }: { succeeded: number; failed: number }): string {
  return succeeded + failed === 0 ? '–' : `${Math.round((100 * succeeded) / (succeeded + failed))} %`;
}

/** Counts by status (a click filters), the queue and its age, throughput and success. */
export function OverviewStrip({ statistics, chosen, onChoose }: Props) {
  const now = useNow(1000);
  if (statistics === undefined) return <Skeleton h={54} mb="md" />;
  const { rollouts_by_status: counts, queued, oldest_queued_at: oldest, last_hour: hour } = statistics;
  return (
    <Paper withBorder p="xs" mb="md" component="section" aria-label="Overview">
      <Group gap="xs" justify="space-between">
        <Group gap={2}>
          {statuses.map((status) => (
            <UnstyledButton
              key={status}
              className={classes.count}
              aria-pressed={chosen.includes(status)}
              onClick={() => onChoose(chosen.length === 1 && chosen[0] === status ? [] : [status])}
            >
              <StatusBadge status={status} />
              <Text span size="sm" fw={600}>
                {count(counts[status] ?? 0)}
              </Text>
            </UnstyledButton>
          ))}
        </Group>
        <Group gap="sm" px={8}>
          <Text size="sm">
            {queued === 0 ? 'nothing waits for a worker' : `${count(queued)} wait for a worker`}
            {oldest !== null && `, the first for ${duration(now - oldest * 1000)}`}
          </Text>
          {hour !== undefined && (
            <Text size="sm">
              last hour: {count(hour.succeeded + hour.failed + hour.cancelled)} finished · {successRate(hour)} succeeded
            </Text>
          )}
        </Group>
      </Group>
    </Paper>
  );
}
