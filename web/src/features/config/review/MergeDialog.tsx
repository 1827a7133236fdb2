import { Button, Code, Group, List, Modal, Paper, Radio, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { pointerOf, type Json, type JsonObject } from '../model/json';
import { changesOf, conflictsOf, merged, type Choices, type Conflict, type Side } from '../model/merge';
import { prettyJson } from '../model/prettyJson';
import { isSecretPath, withoutSecrets } from '../model/secrets';
import { mask } from '../model/types';

interface Props {
  base: JsonObject;
  mine: JsonObject;
  theirs: JsonObject;
  onMerge: (document: JsonObject) => void;
  onClose: () => void;
}

function shown(value: Json | undefined, path: Conflict['path']): string {
  if (value === undefined) return '(removed)';
  if (isSecretPath(path) && typeof value === 'string') return value === mask ? mask : `${mask} (new)`;
  return prettyJson(withoutSecrets(value));
}

function ConflictChoice({ conflict, side, onSide }: { conflict: Conflict; side: Side | undefined; onSide: (side: Side) => void }) {
  const pointer = pointerOf(conflict.path);
  return (
    <Paper withBorder p="sm">
      <Radio.Group label={<Code>{pointer}</Code>} value={side ?? null} onChange={(next) => onSide(next === 'theirs' ? 'theirs' : 'mine')}>
        <SimpleGrid cols={{ base: 1, sm: 2 }} mt="xs">
          {(['mine', 'theirs'] as const).map((each) => (
            <div key={each}>
              <Radio value={each} label={each === 'mine' ? 'Mine' : 'Theirs'} />
              <Code block mt={4} mah={280} style={{ overflow: 'auto' }}>
                {shown(conflict[each], conflict.path)}
              </Code>
            </div>
          ))}
        </SimpleGrid>
      </Radio.Group>
    </Paper>
  );
}

function Paths({ title, from, to }: { title: string; from: JsonObject; to: JsonObject }) {
  const changes = changesOf(from, to);
  return (
    <div>
      <Title order={3} size="h6">
        {title}
      </Title>
      <List size="sm" styles={{ root: { maxHeight: 140, overflowY: 'auto' } }}>
        {changes.map(({ path }) => (
          <List.Item key={pointerOf(path)}>
            <Code style={{ overflowWrap: 'anywhere' }}>{pointerOf(path)}</Code>
          </List.Item>
        ))}
      </List>
      {changes.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing
        </Text>
      )}
    </div>
  );
}

function Body({ base, mine, theirs, onMerge, onClose }: Props) {
  const [choices, setChoices] = useState<Choices>({});
  const conflicts = conflictsOf(base, mine, theirs);
  const open = conflicts.filter(({ path }) => choices[pointerOf(path)] === undefined).length;
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Paths title="You changed" from={base} to={mine} />
        <Paths title="Changed elsewhere" from={base} to={theirs} />
      </SimpleGrid>
      {conflicts.length === 0 ? (
        <Text size="sm">No conflicts: both are kept.</Text>
      ) : (
        <Text size="sm">Both changed the same thing here. Choose which one stays; everything else is kept from both.</Text>
      )}
      {conflicts.map((conflict) => {
        const pointer = pointerOf(conflict.path);
        return (
          <ConflictChoice
            key={pointer}
            conflict={conflict}
            side={choices[pointer]}
            onSide={(side) => setChoices({ ...choices, [pointer]: side })}
          />
        );
      })}
      <Group justify="end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          disabled={open > 0}
          onClick={() => {
            onMerge(merged(base, mine, theirs, choices));
            onClose();
          }}
        >
          {open > 0 ? `${open} to choose` : 'Merge'}
        </Button>
      </Group>
    </Stack>
  );
}

/** A three-way merge by JSON path. The result is a draft like any other: checked, reviewed and saved. */
export function MergeDialog({ opened, ...props }: Props & { opened: boolean }) {
  return (
    <Modal
      opened={opened}
      onClose={props.onClose}
      title="Merge with what was saved elsewhere"
      size="xl"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {opened && <Body {...props} />}
    </Modal>
  );
}
