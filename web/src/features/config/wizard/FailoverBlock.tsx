import { Alert, Radio, Stack, Switch, Text, Title } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { chainOf } from '../model/chain';
import { getAt, objectOf, textOf } from '../model/json';
import { useField, useEditing } from '../fields/editing';
import { SwitchField } from '../fields/SwitchField';
import { CooldownFields } from './CooldownFields';
import { Patience } from './Patience';
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
        <Radio value="wrap" label="Wrap" description="Try tier 1 once more at once, if nobody else is trying it; then wait like Pause." />
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
            A chain of one never moves: while its provider is out, tasks wait for it. What makes it move matters once there is a second
            tier.
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
            <CooldownFields path={[...path, 'cooldown_min']} />
            <Patience path={path} />
            <OnExhausted path={[...path, 'on_exhausted']} />
            <SwitchField
              path={[...path, 'resume_when_possible']}
              label="Resume by itself"
              description="An agent that ran out of tiers resumes as soon as one of them may serve."
              byDefault
            />
            <Triggers path={[...path, 'triggers']} />
          </>
        ) : (
          <Text size="sm" c="dimmed">
            Without failover the agent stays on tier 1, and its tasks wait while that is out.
          </Text>
        )}
        <TokenBudget type={type} />
      </Stack>
    </section>
  );
}
