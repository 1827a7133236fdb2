import { ActionIcon, Button, Fieldset, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { objectOf, pointerOf, renameKey, textOf, type JsonObject, type Path } from '../model/json';
import { fieldId, reasonsAt, useEditing, useField } from './editing';
import { Reason } from './Reason';

interface Props {
  path: Path;
  label: string;
  description: string;
}

const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;

function nameFault(name: string, others: string[]): string | null {
  if (others.includes(name)) return 'Duplicate name';
  return namePattern.test(name) ? null : 'Letters, digits and _, not beginning with a digit';
}

interface RowProps {
  path: Path;
  name: string;
  env: JsonObject;
  set: (env: JsonObject | undefined) => void;
}

function Row({ path, name, env, set }: RowProps) {
  const { errors } = useEditing();
  // An unfinished name stays here; the document changes with a valid one.
  const [typed, setTyped] = useState<string | null>(null);
  const fault =
    typed === null
      ? null
      : nameFault(
          typed,
          Object.keys(env).filter((key) => key !== name),
        );
  const drop = () => {
    const left = Object.fromEntries(Object.entries(env).filter(([key]) => key !== name));
    set(Object.keys(left).length === 0 ? undefined : left);
  };
  return (
    <Group gap="xs" align="start" wrap="nowrap">
      <TextInput
        flex={2}
        aria-label="Variable"
        ff="monospace"
        value={typed ?? name}
        error={fault}
        spellCheck={false}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        onBlur={() => {
          if (typed === null || fault !== null) return;
          set(renameKey(env, name, typed));
          setTyped(null);
        }}
      />
      <PasswordInput
        id={fieldId(pointerOf([...path, name]))}
        flex={3}
        aria-label={`Value of ${name}`}
        autoComplete="new-password"
        value={textOf(env[name])}
        error={reasonsAt(errors, [...path, name])}
        onChange={({ currentTarget }) => set({ ...env, [name]: currentTarget.value })}
      />
      <ActionIcon variant="subtle" color="gray" size={36} aria-label={`Remove ${name}`} onClick={drop}>
        <IconX size={16} aria-hidden />
      </ActionIcon>
    </Group>
  );
}

/** KEY = value rows. Saved values come as a mask, and keep their value when the mask is sent back. */
export function EnvField({ path, label, description }: Props) {
  const { id, value, set, error } = useField(path);
  const env = objectOf(value);
  const names = Object.keys(env);
  const add = () => {
    let n = names.length + 1;
    while (names.includes(`VARIABLE_${n}`)) n++;
    set({ ...env, [`VARIABLE_${n}`]: '' });
  };
  return (
    <Fieldset legend={label} id={id} tabIndex={-1}>
      <Text size="xs" c="dimmed" mb="xs">
        {description}
      </Text>
      <Stack gap="xs">
        {names.map((name, i) => (
          <Row key={i} path={path} name={name} env={env} set={set} />
        ))}
        <Reason text={error} />
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={add}
          style={{ alignSelf: 'start' }}
        >
          Add a variable
        </Button>
      </Stack>
    </Fieldset>
  );
}
