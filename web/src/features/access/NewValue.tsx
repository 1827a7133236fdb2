import { Button, Code, Group, Stack, Text } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import classes from './access.module.css';

/** The only time that the value can be read. */
export function NewValue({ value, onClose }: { value: string; onClose: () => void }) {
  const { copied, error, copy } = useClipboard({ timeout: 3000 });
  return (
    <Stack gap="sm">
      <Text size="sm">
        Copy it now: it is shown only once. It signs in here, and programs send it as <Code>Authorization: Bearer …</Code>
      </Text>
      <Code block className={classes.value} tabIndex={0} aria-label="The token's value" data-testid="token-value">
        {value}
      </Code>
      {error !== null && (
        <Text size="sm" role="alert">
          The browser does not let this page copy, because it was loaded over plain http; select the text instead.
        </Text>
      )}
      <Group justify="flex-end" gap="xs">
        <Button
          variant="default"
          data-autofocus
          leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
          onClick={() => copy(value)}
        >
          {copied ? 'Copied' : 'Copy'}
        </Button>
        <Button onClick={onClose}>Done</Button>
      </Group>
    </Stack>
  );
}
