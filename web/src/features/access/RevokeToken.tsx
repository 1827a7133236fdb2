import { Button, Group, Popover, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { NamedToken } from '../../api/types';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { useRevokeTokenMutation } from './accessApi';

/** Revokes a token and all sessions that began with it, after a confirmation. */
export function RevokeToken({ token: { id, name } }: { token: Pick<NamedToken, 'id' | 'name'> }) {
  const [opened, { toggle, close }] = useDisclosure();
  const [revoke, { isLoading, error, reset }] = useRevokeTokenMutation();
  const confirm = () => {
    void revoke(id)
      .unwrap()
      .then(close, () => undefined);
  };
  return (
    <Popover
      opened={opened}
      onChange={(next) => !next && close()}
      onClose={reset}
      position="bottom-end"
      width={300}
      trapFocus
      returnFocus
      withArrow
    >
      <Popover.Target>
        <Button size="compact-sm" variant="default" onClick={toggle} aria-label={`Revoke ${name}…`}>
          Revoke…
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs" ta="left">
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            Whoever uses “{name}” is signed out at once, and its programs are refused. This cannot be undone.
          </Text>
          {error !== undefined && <ProblemAlert what="The token was not revoked" error={error} />}
          <Group gap="xs" justify="flex-end">
            <Button size="compact-sm" variant="default" onClick={close}>
              Keep it
            </Button>
            <Button size="compact-sm" color="red" loading={isLoading} onClick={confirm}>
              Revoke
            </Button>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
