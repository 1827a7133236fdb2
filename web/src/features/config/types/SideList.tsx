import { Badge, Box, Button, Divider, Group, NavLink, ScrollArea, Stack, Text } from '@mantine/core';
import { IconBraces, IconPlus, IconRobot, IconServer, IconTool } from '@tabler/icons-react';
import { ConfirmDialog } from '../fields/ConfirmDialog';
import { useEditing } from '../fields/editing';
import { NameDialog } from '../fields/NameDialog';
import { objectOf } from '../model/json';
import { placeOfProblem, type Place, type Section } from '../model/places';
import { instancesOf, typesOf } from '../model/types';
import { TypeMenu } from './TypeMenu';
import { useTypeActions } from './useTypeActions';

interface Props {
  place: Place;
  onPlace: (place: Partial<Place>) => void;
}

const others: { section: Section; label: string; icon: React.ReactNode }[] = [
  { section: 'providers', label: 'Providers', icon: <IconServer size={16} aria-hidden /> },
  { section: 'service', label: 'Service', icon: <IconTool size={16} aria-hidden /> },
  { section: 'json', label: 'Whole file', icon: <IconBraces size={16} aria-hidden /> },
];

function Wrong({ count }: { count: number }) {
  return count === 0 ? null : (
    <Badge size="sm" color="red" variant="light" aria-label={`${count} wrong`}>
      ✕ {count}
    </Badge>
  );
}

/** The agent types, and the other parts of the file. */
export function SideList({ place, onPlace }: Props) {
  const { document, errors, locked } = useEditing();
  const actions = useTypeActions((type) => onPlace({ section: 'types', type, tab: 'provider' }));
  const types = typesOf(document);
  const places = errors.map(({ path }) => placeOfProblem(path));
  return (
    <Stack component="nav" gap={4} aria-label="Parts of the configuration">
      <Group justify="space-between" wrap="nowrap">
        <Text fw={600} size="sm">
          Agent types
        </Text>
        <Button size="compact-sm" variant="light" leftSection={<IconPlus size={14} aria-hidden />} disabled={locked} onClick={actions.add}>
          Add
        </Button>
      </Group>
      <ScrollArea.Autosize mah={{ base: 220, md: 520 }} viewportProps={{ tabIndex: 0 }}>
        {Object.entries(types).map(([name, type]) => {
          const here = place.section === 'types' && place.type === name;
          const count = instancesOf(objectOf(type)).length;
          return (
            <Group key={name} gap={0} wrap="nowrap">
              <Box flex={1} miw={0}>
                <NavLink
                  component="button"
                  active={here}
                  aria-current={here ? 'true' : undefined}
                  label={name}
                  description={`${count} ${count === 1 ? 'instance' : 'instances'}`}
                  leftSection={<IconRobot size={16} aria-hidden />}
                  rightSection={<Wrong count={places.filter((each) => each.section === 'types' && each.type === name).length} />}
                  onClick={() => onPlace({ section: 'types', type: name, tab: place.tab })}
                />
              </Box>
              {!locked && (
                <TypeMenu
                  type={name}
                  onClone={() => actions.clone(name)}
                  onRename={() => actions.rename(name)}
                  onDelete={() => actions.remove(name)}
                />
              )}
            </Group>
          );
        })}
        {Object.keys(types).length === 0 && (
          <Text size="sm" c="dimmed" py="xs">
            None yet
          </Text>
        )}
      </ScrollArea.Autosize>
      <Divider my={4} />
      {others.map(({ section, label, icon }) => (
        <NavLink
          key={section}
          component="button"
          active={place.section === section}
          aria-current={place.section === section ? 'true' : undefined}
          label={label}
          leftSection={icon}
          rightSection={<Wrong count={places.filter((each) => each.section === section).length} />}
          onClick={() => onPlace({ section })}
        />
      ))}
      <NameDialog question={actions.question} onClose={actions.closeQuestion} />
      <ConfirmDialog asked={actions.asked} onClose={actions.closeAsked} />
    </Stack>
  );
}
