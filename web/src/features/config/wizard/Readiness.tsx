import { SimpleGrid, Title } from '@mantine/core';
import { useField, useEditing } from '../fields/editing';
import { ListField } from '../fields/ListField';
import { NumberField } from '../fields/NumberField';
import { TextField } from '../fields/TextField';
import { ChoiceSelect } from '../fields/ChoiceField';
import { objectOf, setAt, textOf, type JsonObject, type Path } from '../model/json';

const kinds = [
  { value: 'none', label: 'nothing: it runs, so it is ready' },
  { value: 'http', label: 'http: answers 2xx or 3xx' },
  { value: 'tcp', label: 'tcp: takes connections' },
  { value: 'exec', label: 'exec: a command exits 0' },
  { value: 'log', label: 'log: its output says so' },
];

const fieldsOf: Record<string, string[]> = { http: ['port', 'path'], tcp: ['port'], exec: ['command'], log: ['pattern'], none: [] };

/** A change of kind keeps only the fields of the new kind: the daemon refuses the rest. */
function withKind(readiness: JsonObject, kind: string): JsonObject {
  const keep = fieldsOf[kind] ?? [];
  return { kind, ...Object.fromEntries(Object.entries(readiness).filter(([key]) => keep.includes(key))) };
}

/** How to tell that a start has succeeded. */
export function Readiness({ path }: { path: Path }) {
  const { change } = useEditing();
  const { id, value, set, error } = useField(path);
  const readiness = objectOf(value);
  const kind = textOf(readiness['kind']) === '' ? 'none' : textOf(readiness['kind']);
  return (
    <section aria-labelledby="readiness-title">
      <Title order={3} size="h5" id="readiness-title" mb="xs">
        Readiness
      </Title>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <ChoiceSelect
          id={id}
          label="Ready when"
          choices={kinds}
          value={kind}
          error={error}
          onChange={(next) => {
            if (next === 'none') set(undefined);
            else change((now) => objectOf(setAt(now, path, withKind(readiness, next))));
          }}
        />
        {(kind === 'http' || kind === 'tcp') && <NumberField path={[...path, 'port']} label="Port" />}
        {kind === 'http' && <TextField path={[...path, 'path']} label="Path" placeholder="/" />}
        {kind === 'log' && <TextField path={[...path, 'pattern']} label="Text in its output" required />}
        {kind === 'exec' && <ListField path={[...path, 'command']} label="Probe command" description="One word per line." />}
      </SimpleGrid>
    </section>
  );
}
