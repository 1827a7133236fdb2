import { Alert, Radio, SimpleGrid, Stack, Switch, Text, Title } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { chainOf } from '../model/chain';
import { getAt, objectOf, textOf } from '../model/json';
import { useField, useEditing } from '../fields/editing';
import { NumberField } from '../fields/NumberField';
import { SwitchField } from '../fields/SwitchField';
import { TokenBudget } from './TokenBudget';
import { Triggers } from './Triggers';

function OnExhausted({ path }: { path: string[] }) {
  const { id, value, set, error } = useField(path);
  return (
    <Radio.Group
      id={id}
      label="When the last tier fails too"
      value={textOf(value) === '' ? 'pause' : textOf(value)}
      error={error}
      onChange={set}
    >
      <Stack gap={6} mt={6}>
        <Radio value="pause" label="Pause" description="Tasks wait, none is lost, until a tier may serve again." />
        <Radio value="wrap" label="Wrap" description="Try tier 1 again at once; pause after a full round without a success." />
      </Stack>
    </Radio.Group>
  );
}

/** When an agent of the type moves to another tier, and when it returns. */
export function FailoverBlock({ type }: { type: string }) {
  const { document } = useEditing();
  const path = ['agent_types', type, 'failover'];
  const { id, value, set, error } = useField(path);
  const on = value !== undefined && value !== null;
  const alone = chainOf(objectOf(getAt(document, path.slice(0, 2)))).length <= 1;
  return (
    <section aria-labelledby="failover-title">
      <Title order={3} size="h5" id="failover-title" mb="xs">
        Failover
      </Title>
      <Stack gap="md">
        {alone && (
          <Alert color="gray" variant="light" icon={<IconInfoCircle aria-hidden />}>
            A chain of one never moves: failed tasks are retried on the same tier. These settings matter once there is a second tier.
          </Alert>
        )}
        <Switch
          id={id}
          label="Move to another tier when one fails"
          checked={on}
          error={error}
          onChange={({ currentTarget }) => set(currentTarget.checked ? {} : undefined)}
        />
        {on ? (
          <>
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <NumberField
                path={[...path, 'cooldown_min']}
                label="Cooldown"
                description="Before a success on a lower tier brings tier 1 back; longer if the provider says so."
                byDefault="60"
                unit="min"
                decimals
              />
              <NumberField
                path={[...path, 'server_error_threshold']}
                label="Server errors in a row"
                description="Server errors, network failures and timeouts before the tier moves, 1 to 100."
                byDefault="3"
              />
            </SimpleGrid>
            <OnExhausted path={[...path, 'on_exhausted']} />
            <SwitchField
              path={[...path, 'resume_when_possible']}
              label="Resume by itself"
              description="An agent that ran out of tiers resumes as soon as one of them is due."
              byDefault
            />
            <Triggers path={[...path, 'triggers']} />
          </>
        ) : (
          <Text size="sm" c="dimmed">
            Without failover the agent stays on tier 1 whatever happens.
          </Text>
        )}
        <TokenBudget type={type} />
      </Stack>
    </section>
  );
}
