import { Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';

interface Props {
  value: string;
  secret: boolean;
  /** For the button's name. */
  path: string;
}

/** A value; a secret one is shown on request. */
export function SecretText({ value, secret, path }: Props) {
  const [shown, setShown] = useState(false);
  if (!secret) {
    return (
      <Text span size="xs" ff="monospace" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        {value}
      </Text>
    );
  }
  return (
    <UnstyledButton
      fz="xs"
      ff="monospace"
      aria-label={shown ? `hide ${path}` : `show ${path}`}
      onClick={() => setShown(!shown)}
      title={shown ? 'hide' : 'show'}
    >
      {shown ? value : '••••••••'}
    </UnstyledButton>
  );
}
