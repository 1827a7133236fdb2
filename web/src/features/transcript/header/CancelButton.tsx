import { Button, Group, Popover, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ProblemAlert } from '../../../shared/ProblemAlert';
import { useCancelTranscribedRolloutMutation } from '../transcriptApi';

interface Props {
  rolloutId: string;
  running: boolean;
}

/** Cancels a waiting or running rollout, after a confirmation. */
export function CancelButton({ rolloutId, running }: Props) {
  const [opened, { toggle, close }] = useDisclosure();
  const [cancel, { isLoading, error, reset }] = useCancelTranscribedRolloutMutation();
  const confirm = () => {
    void cancel(rolloutId)
      .unwrap()
      .then(close, () => undefined);
  };
  return (
    <Popover opened={opened} onChange={close} onClose={reset} position="bottom-end" width={300} trapFocus withArrow>
      <Popover.Target>
        <Button size="compact-sm" variant="default" flex="none" onClick={toggle}>
          Cancel…
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Cancel the rollout">
        <Stack gap="xs">
          <Text size="sm">
            {running ? 'The agent is told to stop, and killed after 10 seconds. Its output is kept.' : 'It waits, and will not be started.'}
          </Text>
          {error !== undefined && <ProblemAlert what="The rollout was not cancelled" error={error} />}
          <Group gap="xs" justify="flex-end">
            <Button size="compact-sm" variant="default" onClick={close}>
              Keep it
            </Button>
            <Button size="compact-sm" color="red" loading={isLoading} onClick={confirm}>
              Cancel the rollout
            </Button>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
