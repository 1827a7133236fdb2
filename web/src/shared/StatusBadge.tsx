import { Badge } from '@mantine/core';
import type { Attempt, Rollout } from '../api/types';

type Status = Rollout['status'] | Attempt['status'];

/** Amber is for what may still come right, red for what did not, grey for all that is fine. */
const looks: Record<Status, { colour: string; glyph: string }> = {
  queuing: { colour: 'gray', glyph: '◌' },
  requeuing: { colour: 'gray', glyph: '↻' },
  preparing: { colour: 'teal', glyph: '◔' },
  running: { colour: 'teal', glyph: '▶' },
  succeeded: { colour: 'gray', glyph: '✓' },
  cancelled: { colour: 'gray', glyph: '⊘' },
  failed: { colour: 'red', glyph: '✕' },
  timeout: { colour: 'yellow', glyph: '⏱' },
  unresponsive: { colour: 'yellow', glyph: '…' },
};

export function StatusBadge({ status }: { status: Status }) {
  const { colour, glyph } = looks[status];
  return (
    <Badge color={colour} variant="light" size="sm" tt="none" styles={{ root: { overflow: 'visible', flexShrink: 0 }, label: { overflow: 'visible' } }} leftSection={<span aria-hidden>{glyph}</span>} autoContrast>
      {status}
    </Badge>
  );
}
