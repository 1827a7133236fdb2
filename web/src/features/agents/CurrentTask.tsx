import { Anchor, Group, Text, Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useOpenDrawer } from '../../shared/drawer';
import { duration, shortId } from '../../shared/format';
import { useNow } from '../../shared/useNow';
import { useGetRunningTaskQuery } from './agentsApi';

/** A task of a second needs no age, and a fleet of short ones no request each. */
const worthAskingMs = 1500;

function Age({ id }: { id: string }) {
  const { startedAt } = useGetRunningTaskQuery(id, {
    selectFromResult: ({ data }) => ({ startedAt: data === undefined ? null : (data.attempt?.start_time ?? data.start_time) * 1000 }),
  });
  const now = useNow(10_000);
  if (startedAt === null) return null;
  const ran = Math.max(0, now - startedAt);
  return (
    <Text span size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
      {ran < 60_000 ? '<1m' : duration(Math.floor(ran / 60_000) * 60_000).replace(' 0s', '')}
    </Text>
  );
}

/** Which task runs, a way to its transcript, and for how long. */
export function CurrentTask({ id }: { id: string }) {
  const open = useOpenDrawer();
  const [lasting, setLasting] = useState<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setLasting(id), worthAskingMs);
    return () => clearTimeout(timer);
  }, [id]);
  return (
    <Group gap={6} wrap="nowrap">
      <Tooltip label={`Transcript of ${id}`}>
        <Anchor
          component="button"
          type="button"
          size="sm"
          ff="monospace"
          aria-label={`Transcript of ${id}`}
          onClick={() => open({ kind: 'transcript', rolloutId: id, attemptId: null })}
        >
          {shortId(id, 9)}
        </Anchor>
      </Tooltip>
      {lasting === id && <Age id={id} />}
    </Group>
  );
}
