import { Alert, SimpleGrid, Stack } from '@mantine/core';
import { textOf } from '../model/json';
import { useField } from '../fields/editing';
import { ChoiceField } from '../fields/ChoiceField';
import { EnvField } from '../fields/EnvField';
import { ListField } from '../fields/ListField';
import { NumberField } from '../fields/NumberField';

const adapters = [
  { value: 'claude-code', label: "claude-code: reads the CLI's stream-json" },
  { value: 'command', label: 'command: exit 0 is success, stdout the output' },
  { value: 'external', label: 'external: somebody else runs it' },
];

/** What runs a task. */
export function AgentTab({ type }: { type: string }) {
  const path = ['agent_types', type, 'agent'];
  const adapter = textOf(useField([...path, 'adapter']).value);
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <ChoiceField path={[...path, 'adapter']} label="Adapter" byDefault="claude-code" choices={adapters} />
        {adapter !== 'external' && (
          <>
            <NumberField path={[...path, 'timeout_s']} label="Time for one task" byDefault="3600; 0: no limit" unit="s" decimals />
            <NumberField
              path={[...path, 'silence_s']}
              label="Silence while a call is unanswered"
              description="A run that has said nothing for so long is ended, and the provider is to blame. Output of any kind starts the time anew."
              byDefault="600; 0: no limit"
              unit="s"
              decimals
            />
          </>
        )}
      </SimpleGrid>
      {adapter === 'external' ? (
        <Alert color="gray" variant="light">
          Whoever runs it reports each outcome to <code>{`POST /agents/${type}-default/outcomes`}</code> and is told the tier.
        </Alert>
      ) : (
        <ListField
          path={[...path, 'command']}
          label="Command"
          description="Runs one task, with its input on stdin. One argument per line, no quoting; a JSON array works too."
          {...(adapter !== 'command' && { placeholder: 'claude\n-p\n--output-format\nstream-json\n--verbose\n--include-partial-messages' })}
        />
      )}
      <EnvField
        path={[...path, 'env']}
        label="Environment"
        description="Variables on every tier. Values are secret: saved ones are shown as ••• and kept. Variables that choose or pay for a tier belong to its provider."
      />
    </Stack>
  );
}
