import { Checkbox, Code, Input, Stack } from '@mantine/core';
import type { Path } from '../model/json';
import { useField } from '../fields/editing';
import { toggled, triggers, triggersOf, triggerWords } from './triggerWords';

/** Which failures move the agent, in plain words. */
export function Triggers({ path }: { path: Path }) {
  const { id, value, set, error } = useField(path, true);
  const chosen = triggersOf(value);
  return (
    <Input.Wrapper component="fieldset" bd={0} p={0} m={0} error={error} id={id} tabIndex={-1}>
      <Input.Label component="legend" labelElement="div" p={0}>
        What makes it move
      </Input.Label>
      <Input.Description>After any other failure of its provider the agent waits on its tier.</Input.Description>
      <Stack gap="xs" mt={6}>
        {triggers.map((trigger) => (
          <Checkbox
            key={trigger}
            label={
              <>
                {triggerWords[trigger].label} <Code>{trigger}</Code>
              </>
            }
            description={triggerWords[trigger].helper}
            checked={chosen.includes(trigger)}
            onChange={({ currentTarget }) => set(toggled(value, trigger, currentTarget.checked))}
          />
        ))}
      </Stack>
    </Input.Wrapper>
  );
}
