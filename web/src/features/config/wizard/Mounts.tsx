import { ActionIcon, Button, Checkbox, Fieldset, Group, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { objectOf, pointerOf, textOf, type Json, type Path } from '../model/json';
import { fieldId, reasonsAt, useEditing, useField } from '../fields/editing';
import { Reason } from '../fields/Reason';

/** Directories of the host inside the container. */
export function Mounts({ path }: { path: Path }) {
  const { errors } = useEditing();
  const { id, value, set } = useField(path);
  const mounts: Json[] = Array.isArray(value) ? value : [];
  const put = (next: Json[]) => set(next.length === 0 ? undefined : next);
  return (
    <Fieldset legend="Mounts" id={id} tabIndex={-1}>
      <Stack gap="xs">
        {mounts.map((each, i) => {
          const mount = objectOf(each);
          const text = (key: 'source' | 'target', label: string) => (
            <TextInput
              id={fieldId(pointerOf([...path, i, key]))}
              flex={1}
              miw={140}
              aria-label={`${label} of mount ${i + 1}`}
              placeholder={label}
              spellCheck={false}
              value={textOf(mount[key])}
              error={reasonsAt(errors, [...path, i, key])}
              onChange={({ currentTarget }) => put(mounts.with(i, { ...mount, [key]: currentTarget.value }))}
            />
          );
          return (
            <Group key={i} gap="xs" align="start">
              {text('source', 'Directory of the host')}
              {text('target', 'Path in the container')}
              <Checkbox
                mt={8}
                label="read only"
                aria-label={`Mount ${i + 1} is read only`}
                checked={mount['read_only'] === true}
                onChange={({ currentTarget }) => put(mounts.with(i, { ...mount, read_only: currentTarget.checked }))}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                size={36}
                aria-label={`Remove mount ${i + 1}`}
                onClick={() => put(mounts.toSpliced(i, 1))}
              >
                <IconX size={16} aria-hidden />
              </ActionIcon>
              <Reason text={reasonsAt(errors, [...path, i])} />
            </Group>
          );
        })}
        <Button
          variant="default"
          size="compact-sm"
          style={{ alignSelf: 'start' }}
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => put([...mounts, { source: '', target: '' }])}
        >
          Add a mount
        </Button>
      </Stack>
    </Fieldset>
  );
}
