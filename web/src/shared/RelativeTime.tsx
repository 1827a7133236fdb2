import { Tooltip } from '@mantine/core';
import { ago, timestamp } from './format';
import { useNow } from './useNow';

interface Props {
  /** Unix milliseconds. */
  at: number;
}

/** "47m ago", the absolute time on hover. */
export function RelativeTime({ at }: Props) {
  const now = useNow(30_000);
  return (
    <Tooltip label={timestamp(at)}>
      <time dateTime={new Date(at).toISOString()}>{ago(at, Math.max(now, at))}</time>
    </Tooltip>
  );
}
