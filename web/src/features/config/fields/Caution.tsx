import { Alert } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  title: string;
  icon?: ReactNode;
  children: ReactNode;
}

/** An amber alert with a readable title: Mantine's own would be amber on amber. */
export function Caution({ title, icon, children }: Props) {
  return (
    <Alert color="yellow" variant="light" role="alert" icon={icon} title={title} styles={{ title: { color: 'var(--mantine-color-text)' } }}>
      {children}
    </Alert>
  );
}
