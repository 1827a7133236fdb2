import { Button, Group, Progress, Text } from '@mantine/core';
import type { LoaderState } from '../load/transcriptLoader';
import { bytesText } from '../words';

interface Props {
  state: LoaderState;
  onLoad: (how: 'part' | 'all') => void;
  onStop: () => void;
}

/** Says that the beginning is not loaded yet, and loads it. */
export function EarlierBar({ state: { index, total, earlier }, onLoad, onStop }: Props) {
  if (index === null || index.start === 0) return null;
  const here = index.end - index.start;
  return (
    <div>
      <Group justify="space-between" gap="xs">
        <Text size="xs" c="dimmed">
          Last {bytesText(here)} of {bytesText(Math.max(total, index.end))}
        </Text>
        <Group gap="xs">
          {earlier === 'all' ? (
            <Button size="compact-xs" variant="default" onClick={onStop}>
              Stop loading
            </Button>
          ) : (
            <>
              <Button size="compact-xs" variant="default" loading={earlier === 'part'} onClick={() => onLoad('part')}>
                Load earlier
              </Button>
              <Button size="compact-xs" variant="default" disabled={earlier === 'part'} onClick={() => onLoad('all')}>
                Load all
              </Button>
            </>
          )}
        </Group>
      </Group>
      <Progress
        value={(100 * here) / Math.max(total, here)}
        size="xs"
        mt={4}
        transitionDuration={0}
        aria-label="How much of the transcript is loaded"
      />
    </div>
  );
}
