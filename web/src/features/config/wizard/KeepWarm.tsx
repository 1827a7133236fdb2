import { ActionIcon, Button, Fieldset, Group, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { objectOf, pointerOf, textOf, type Json, type JsonObject, type Path } from '../model/json';
import { fieldId, reasonsAt, useEditing, useField } from '../fields/editing';
import { NumberField } from '../fields/NumberField';
import { Reason } from '../fields/Reason';
import { Fold } from './Fold';

const texts = [
  { key: 'days', label: 'Days', placeholder: 'daily', width: 88 },
  { key: 'from', label: 'From', placeholder: '00:00', width: 72 },
  { key: 'to', label: 'To', placeholder: '24:00', width: 72 },
  { key: 'zone', label: 'Time zone', placeholder: 'UTC', width: 110 },
];

function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

interface RowProps {
  path: Path;
  number: number;
  entry: JsonObject;
  put: (entry: JsonObject) => void;
  remove: () => void;
}

/** Empty fields have their defaults. */
function Hours({ path, number, entry, put, remove }: RowProps) {
  const { errors } = useEditing();
  return (
    <Group gap="xs" align="start" maw={640}>
      {texts.map(({ key, label, placeholder, width }) => (
        <TextInput
          key={key}
          id={fieldId(pointerOf([...path, key]))}
          flex={`1 1 ${width}px`}
          label={label}
          aria-label={`${label} of hours ${number}`}
          placeholder={placeholder}
          spellCheck={false}
          value={textOf(entry[key])}
          error={reasonsAt(errors, [...path, key])}
          onChange={({ currentTarget: { value } }) =>
            put(value === '' ? Object.fromEntries(Object.entries(entry).filter(([name]) => name !== key)) : { ...entry, [key]: value })
          }
        />
      ))}
      <NumberInput
        id={fieldId(pointerOf([...path, 'min']))}
        flex="1 1 60px"
        label="Instances"
        aria-label={`Instances in hours ${number}`}
        hideControls
        allowDecimal={false}
        clampBehavior="none"
        value={typeof entry['min'] === 'number' ? entry['min'] : ''}
        error={reasonsAt(errors, [...path, 'min'])}
        onChange={(next) => put({ ...entry, min: typeof next === 'number' ? next : 0 })}
      />
      <ActionIcon variant="subtle" color="gray" size={36} mt={24} aria-label={`Remove hours ${number}`} onClick={remove}>
        <IconX size={16} aria-hidden />
      </ActionIcon>
      <Reason text={reasonsAt(errors, path)} />
    </Group>
  );
}

function Schedule({ path }: { path: Path }) {
  const { id, value, set, error } = useField(path);
  const entries: Json[] = Array.isArray(value) ? value : [];
  const put = (next: Json[]) => set(next.length === 0 ? undefined : next);
  return (
    <Fieldset legend="Hours with their own minimum" id={id} tabIndex={-1}>
      <Text size="xs" c="dimmed" mb="xs">
        Days as mon-fri or mon,wed; an end before the beginning is on the next day. If several match, the last one counts.
      </Text>
      <Stack gap="xs">
        {entries.map((each, i) => (
          <Hours
            key={i}
            path={[...path, i]}
            number={i + 1}
            entry={objectOf(each)}
            put={(entry) => put(entries.with(i, entry))}
            remove={() => put(entries.toSpliced(i, 1))}
          />
        ))}
        <Reason text={error} />
        <Button
          variant="default"
          size="compact-sm"
          style={{ alignSelf: 'start' }}
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => put([...entries, { days: 'mon-fri', from: '08:00', to: '19:00', zone: ownZone(), min: 1 }])}
        >
          Add hours
        </Button>
      </Stack>
    </Fieldset>
  );
}

/** How many instances are kept started without work. */
export function KeepWarm({ path }: { path: Path }) {
  return (
    <Fold title="Keep warm" path={path} keys={['warm']}>
      <Stack>
        <NumberField path={[...path, 'warm', 'min']} label="Instances kept started" description="Of this type, at least." byDefault="0" />
        <Schedule path={[...path, 'warm', 'schedule']} />
      </Stack>
    </Fold>
  );
}
