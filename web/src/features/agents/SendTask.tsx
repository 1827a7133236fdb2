import '../../shared/laterStyles';
import { Alert, Anchor, Button, Group, Modal, Select, Stack, Text, Textarea } from '@mantine/core';
import { useMemo, useState } from 'react';
import { asApiError } from '../../api/problem';
import type { Agent } from '../../api/types';
import { useOpenDrawer } from '../../shared/drawer';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { useSendTaskToMutation, type TaskTarget } from './agentsApi';

interface Props {
  agents: Pick<Agent, 'name' | 'type'>[];
  opened: boolean;
  onClose: () => void;
}

const anyOf = 'any:';

function targetOf(value: string): TaskTarget {
  return value.startsWith(anyOf) ? { kind: 'type', name: value.slice(anyOf.length) } : { kind: 'agent', name: value };
}

function useChoices(agents: Props['agents']) {
  return useMemo(() => {
    const types = [...new Set(agents.map(({ type }) => type))].sort();
    return [
      { group: 'Any free agent', items: types.map((type) => ({ value: anyOf + type, label: `any ${type}` })) },
      { group: 'This agent', items: agents.map(({ name }) => ({ value: name, label: name })) },
    ];
  }, [agents]);
}

function Form({ agents, onClose }: Omit<Props, 'opened'>) {
  const choices = useChoices(agents);
  const [target, setTarget] = useState<string | null>(choices[0]?.items[0]?.value ?? null);
  const [input, setInput] = useState('');
  const [send, { data: rollout, error, isLoading, reset }] = useSendTaskToMutation();
  const openDrawer = useOpenDrawer();
  if (rollout !== undefined) {
    const { rollout_id: id } = rollout;
    const follow = () => {
      onClose();
      openDrawer({ kind: 'transcript', rolloutId: id, attemptId: null });
    };
    return (
      <Stack>
        <Alert color="teal" title="The task was sent" role="status">
          <Text size="sm">
            It is rollout <code>{id}</code>.{' '}
            <Anchor component="button" type="button" inherit onClick={follow}>
              Follow its transcript
            </Anchor>
          </Text>
        </Alert>
        <Group justify="flex-end">
          <Button
            variant="default"
            onClick={() => {
              setInput('');
              reset();
            }}
          >
            Send another
          </Button>
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (target !== null && !isLoading) void send({ target: targetOf(target), task: { input } });
      }}
    >
      <Stack>
        <Select
          label="To"
          data={choices}
          value={target}
          onChange={setTarget}
          searchable
          required
          allowDeselect={false}
          limit={50}
          nothingFoundMessage="No agent or type of this name"
        />
        <Textarea
          label="Input"
          description="The agent reads it on its standard input, unchanged"
          value={input}
          onChange={(event) => setInput(event.currentTarget.value)}
          required
          autosize
          minRows={4}
          maxRows={14}
          data-autofocus
        />
        {error !== undefined && (
          <ProblemAlert
            what="The task was not accepted"
            error={error}
            still={
              asApiError(error).status === 401
                ? 'Sign in first: open the link that the daemon printed, or give its token in Settings.'
                : undefined
            }
          />
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={isLoading}>
            Send
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** A task for one agent, or for any free one of a type. */
export function SendTask({ agents, opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Send a task" closeButtonProps={{ 'aria-label': 'Close' }} size="lg">
      <Form agents={agents} onClose={onClose} />
    </Modal>
  );
}
