import { SimpleGrid, Stack } from '@mantine/core';
import { useState } from 'react';
import { capDropOf, dropsOf, isolation, tmpfsLines, type Drops } from '../model/contained';
import type { Path } from '../model/json';
import { useField } from '../fields/editing';
import { ChoiceSelect } from '../fields/ChoiceField';
import { ListField } from '../fields/ListField';
import { SwitchField } from '../fields/SwitchField';
import { TextField } from '../fields/TextField';
import { Fold } from './Fold';

const choices: { value: Drops; label: string }[] = [
  { value: 'all', label: 'all' },
  { value: 'listed', label: 'those listed' },
  { value: 'none', label: "none but the engine's own choice" },
];

function Dropped({ path }: { path: Path }) {
  const { id, value, set, error } = useField(path);
  // A list may be empty for a moment while it is typed.
  const [listing, setListing] = useState(dropsOf(value) === 'listed');
  const drops = listing ? 'listed' : dropsOf(value);
  return (
    <>
      <ChoiceSelect
        id={drops === 'listed' ? `${id}:kind` : id}
        label="Capabilities dropped"
        description="Programs that change owner, user or low ports need some."
        choices={choices}
        value={drops}
        error={drops === 'listed' ? null : error}
        onChange={(next) => {
          setListing(next === 'listed');
          set(capDropOf(choices.find((each) => each.value === next)?.value ?? 'all'));
        }}
      />
      {drops === 'listed' && <ListField path={path} label="Dropped" description="One capability per line." whenEmpty={[]} />}
    </>
  );
}

/** What a container may do, and whether a task finds what another one left behind. */
export function Isolation({ path, docker }: { path: Path; docker: boolean }) {
  return (
    <Fold title="Isolation" path={path} keys={docker ? isolation : ['ephemeral', 'no_new_privileges']}>
      <Stack>
        <SwitchField
          path={[...path, 'ephemeral']}
          label="A fresh one for each task"
          description={docker ? 'The container is removed after its task.' : 'Work directory and home are emptied after each task.'}
          byDefault={false}
        />
        <SwitchField
          path={[...path, 'no_new_privileges']}
          label="No new privileges"
          description="Setuid programs gain nothing."
          byDefault
        />
        {docker && (
          <>
            <SwitchField
              path={[...path, 'read_only']}
              label="Read-only root"
              description="Only mounts and directories in memory can be written to."
              byDefault={false}
            />
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <TextField path={[...path, 'user']} label="User" description="A name or a number, with :group." placeholder="the image's" />
              <ListField
                path={[...path, 'tmpfs']}
                label="Directories in memory"
                description="One path per line, mount options after a colon: /tmp:size=512m,exec"
                placeholder="/tmp with a read-only root, else none"
                linesOf={tmpfsLines}
              />
              <Dropped path={[...path, 'cap_drop']} />
              <ListField path={[...path, 'cap_add']} label="Capabilities added back" description="One per line: CHOWN, SETUID, SETGID …" />
            </SimpleGrid>
          </>
        )}
      </Stack>
    </Fold>
  );
}
