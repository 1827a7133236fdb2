import { Badge } from '@mantine/core';
import type { Span } from '../../api/types';

const looks: Record<Span['status']['status_code'], { colour: string; glyph: string }> = {
  UNSET: { colour: 'gray', glyph: '–' },
  OK: { colour: 'teal', glyph: '✓' },
  ERROR: { colour: 'red', glyph: '✕' },
};

export function SpanStatus({ code }: { code: Span['status']['status_code'] }) {
  return (
    <Badge
      size="xs"
      miw="max-content"
      color={looks[code].colour}
      variant="light"
      tt="none"
      leftSection={<span aria-hidden>{looks[code].glyph}</span>}
    >
      {code}
    </Badge>
  );
}
