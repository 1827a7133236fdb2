import { Button, Group, Loader, TextInput } from '@mantine/core';
import type { KeyboardEvent } from 'react';
import { useBackendAddress } from './useBackendAddress';

/** Which daemon the page talks to. */
export function BackendField() {
  const { text, problem, isChecking, type, apply, reset } = useBackendAddress();
  const onKey = ({ key }: KeyboardEvent) => {
    if (key === 'Enter') apply();
  };
  return (
    <Group align="flex-start" gap="sm">
      <TextInput
        label="Address"
        description="Empty: the daemon that served this page"
        placeholder={location.origin}
        value={text}
        onChange={(event) => type(event.currentTarget.value)}
        onBlur={apply}
        onKeyDown={onKey}
        error={problem}
        inputWrapperOrder={['label', 'description', 'input', 'error']}
        rightSection={isChecking ? <Loader size={16} aria-label="Asking the daemon" role="status" /> : undefined}
        inputMode="url"
        spellCheck={false}
        autoComplete="off"
        flex="1 1 260px"
      />
      {text !== '' && (
        <Button variant="default" mt={44} onClick={reset}>
          Same origin
        </Button>
      )}
    </Group>
  );
}
