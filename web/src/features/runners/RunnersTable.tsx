import { Anchor, Badge, Table } from '@mantine/core';
import type { ComponentProps } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Worker } from '../../api/types';
import { CopyableId } from '../../shared/CopyableId';
import { opensOn } from '../../shared/opensOn';
import { RelativeTime } from '../../shared/RelativeTime';
import { SortHeaders } from '../../shared/SortHeaders';
import { shortId } from '../../shared/format';
import { GaugeBars } from './GaugeBars';
import { gaugesOf, standingOf, type Standing } from './standing';

export const columns = [
  { label: 'Runner', sort: 'worker_id' },
  { label: 'Status', sort: 'status' },
  { label: 'Rollout', sort: 'current_rollout_id' },
  { label: 'Heartbeat', sort: 'last_heartbeat_time' },
  { label: 'Last busy', sort: 'last_busy_time' },
  { label: 'Last idle', sort: 'last_idle_time' },
  { label: 'Last dequeue', sort: 'last_dequeue_time' },
] as const;

type SortKey = (typeof columns)[number]['sort'];

const looks: Record<Standing, { colour: string; glyph: string }> = {
  busy: { colour: 'teal', glyph: '▶' },
  idle: { colour: 'gray', glyph: '◌' },
  unknown: { colour: 'gray', glyph: '?' },
  stale: { colour: 'red', glyph: '✕' },
};

function StandingBadge({ worker, now }: { worker: Worker; now: number }) {
  const standing = standingOf(worker, now);
  const { colour, glyph } = looks[standing];
  return (
    <Badge size="sm" variant="light" tt="none" color={colour} miw="max-content" leftSection={<span aria-hidden>{glyph}</span>}>
      {standing === 'stale' ? `stale, was ${worker.status}` : standing}
    </Badge>
  );
}

function Time({ seconds }: { seconds: number | null }) {
  return seconds === null ? 'N/A' : <RelativeTime at={seconds * 1000} />;
}

interface Props {
  workers: readonly Worker[];
  now: number;
  head: ComponentProps<typeof SortHeaders<SortKey>>;
}

function workOf(rolloutId: string): string {
  return `/rollouts?q=${encodeURIComponent(rolloutId)}`;
}

export function RunnersTable({ workers, now, head }: Props) {
  const navigate = useNavigate();
  const opensWork = ({ current_rollout_id: id }: Worker) => id !== null && opensOn(() => void navigate(workOf(id)));
  return (
    <Table.ScrollContainer minWidth={1040} type="native">
      <Table aria-label="Runners" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <SortHeaders {...head} descendingFirst={(key) => key.endsWith('_time')} />
            <Table.Th>Machine</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {workers.map((worker) => (
            <Table.Tr
              key={worker.worker_id}
              data-row=""
              tabIndex={-1}
              data-testid={`runner-row-${worker.worker_id}`}
              {...opensWork(worker)}
            >
              <Table.Td>
                <CopyableId id={worker.worker_id} what="runner" />
              </Table.Td>
              <Table.Td>
                <StandingBadge worker={worker} now={now} />
              </Table.Td>
              <Table.Td>
                {worker.current_rollout_id === null ? (
                  'N/A'
                ) : (
                  <Anchor component={Link} size="sm" ff="monospace" style={{ whiteSpace: 'nowrap' }} to={workOf(worker.current_rollout_id)}>
                    {shortId(worker.current_rollout_id)}
                  </Anchor>
                )}
              </Table.Td>
              <Table.Td>
                <Time seconds={worker.last_heartbeat_time} />
              </Table.Td>
              <Table.Td>
                <Time seconds={worker.last_busy_time} />
              </Table.Td>
              <Table.Td>
                <Time seconds={worker.last_idle_time} />
              </Table.Td>
              <Table.Td>
                <Time seconds={worker.last_dequeue_time} />
              </Table.Td>
              <Table.Td>
                <GaugeBars gauges={gaugesOf(worker)} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
