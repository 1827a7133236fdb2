import { Button, Group, Popover, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { useResetProviderMutation } from './providersApi';

/** Closes a provider's accounts and models for all agents, after a confirmation. */
export function ResetProvider({ name }: { name: string }) {
  const [opened, { toggle, close }] = useDisclosure();
  const [reset, { isLoading, error, reset: forget }] = useResetProviderMutation();
  const confirm = () => {
    void reset(name)
      .unwrap()
      .then(close, () => undefined);
  };
  return (
    <Popover
      opened={opened}
      onChange={(next) => !next && close()}
      onClose={forget}
      position="bottom-end"
      width={300}
      trapFocus
      returnFocus
      withArrow
    >
      <Popover.Target>
        <Button size="compact-sm" variant="default" onClick={toggle} aria-label={`Reset… ${name}`}>
          Reset…
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs" ta="left">
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            All agents may use {name} again: two tasks at once, then more every ten seconds. If it is still out, those tasks are refused,
            and it is out for longer.
          </Text>
          {error !== undefined && <ProblemAlert what={`${name} was not reset`} error={error} />}
          <Group gap="xs" justify="flex-end">
            <Button size="compact-sm" variant="default" onClick={close}>
              Cancel
            </Button>
            <Button size="compact-sm" loading={isLoading} onClick={confirm}>
              Reset
            </Button>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
