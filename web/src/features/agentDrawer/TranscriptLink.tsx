import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'react-router';
import { placeOf } from '../../shared/drawer';

interface Props {
  rolloutId: string;
  attemptId?: string | null | undefined;
  children: ReactNode;
  label?: string;
  /** Within a sentence, colour alone does not mark a link. */
  isInText?: boolean;
}

/** A real link, so that it can be opened in a new tab too. */
export function TranscriptLink({ rolloutId, attemptId, children, label, isInText = false }: Props) {
  const to = placeOf({ kind: 'transcript', rolloutId, attemptId: attemptId ?? null }, useLocation());
  return (
    <Anchor
      component={Link}
      to={to}
      fz="sm"
      aria-label={label}
      style={{ whiteSpace: 'nowrap' }}
      {...(isInText ? { underline: 'always', c: 'inherit' } : {})}
    >
      {children}
    </Anchor>
  );
}
