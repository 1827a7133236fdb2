import { ActionIcon, Anchor, Button, Group, Stack, Table, Text, VisuallyHidden } from '@mantine/core';
import { IconPencil, IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useGetFleetQuery } from '../../../api/fleetApi';
import { ConfirmDialog, type Confirmation } from '../fields/ConfirmDialog';
import { fieldId, reasonsAt, useEditing } from '../fields/editing';
import { NameDialog, type NameQuestion } from '../fields/NameDialog';
import { Reason } from '../fields/Reason';
import { objectOf, pointerOf } from '../model/json';
import { removalSentences } from '../model/running';
import { addInstance, agentNames, deleteInstance, freeName, instancesOf, nameFault, renameInstance, typesOf } from '../model/types';

/** Each instance is its own agent: tier, container and queue. */
export function InstancesTab({ type }: { type: string }) {
  const { document, saved, errors, change } = useEditing();
  const { data: fleet } = useGetFleetQuery();
  const [question, setQuestion] = useState<NameQuestion | null>(null);
  const [asked, setAsked] = useState<Confirmation | null>(null);
  const path = ['agent_types', type, 'instances'];
  const instances = instancesOf(objectOf(typesOf(document)[type]));
  const before = typesOf(saved)[type];
  const savedNames = before === undefined ? [] : agentNames(type, objectOf(before));
  const called = (name: string) => `The agent is called ${type}-${name}.`;
  const own = reasonsAt(errors, path);

  const add = () =>
    setQuestion({
      title: `Add an instance of ${type}`,
      label: 'Name',
      action: 'Add',
      initial: freeName(instances.includes('default') ? 'b' : 'default', instances),
      note: called,
      fault: (name) => nameFault(name, instances),
      onName: (name) => change((now) => addInstance(now, type, name)),
    });
  const rename = (instance: string, at: number) =>
    setQuestion({
      title: `Rename ${type}-${instance}`,
      label: 'Name',
      action: 'Rename',
      initial: instance,
      note: (name) => `${called(name)} It is a new one: tier and figures start from zero.`,
      fault: (name) =>
        nameFault(
          name,
          instances.filter((_, i) => i !== at),
        ),
      onName: (name) => change((now) => renameInstance(now, type, at, name)),
    });
  const remove = (instance: string, at: number) => {
    const name = `${type}-${instance}`;
    const act = () => change((now) => deleteInstance(now, type, at));
    if (!savedNames.includes(name)) return act();
    setAsked({ title: `Delete ${name}?`, sentences: removalSentences(fleet?.agents ?? [], [name]), action: 'Delete', onConfirm: act });
  };

  return (
    <Stack id={fieldId(pointerOf(path))} tabIndex={-1}>
      <Text size="sm" c="dimmed">
        Each instance is an agent with its own tier, container and queue. A task for the type goes to a free one.
      </Text>
      <Table.ScrollContainer minWidth={300}>
        <Table aria-label={`Instances of ${type}`}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Instance</Table.Th>
              <Table.Th>Agent</Table.Th>
              <Table.Th>
                <VisuallyHidden>Actions</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {instances.map((instance, i) => {
              const name = `${type}-${instance}`;
              const reason = reasonsAt(errors, [...path, i]);
              return (
                <Table.Tr key={`${instance}/${i}`} id={fieldId(pointerOf([...path, i]))} tabIndex={-1}>
                  <Table.Td>
                    {instance}
                    <Reason text={reason} />
                  </Table.Td>
                  <Table.Td>
                    {savedNames.includes(name) ? (
                      <Anchor component={Link} to={`/agents/${name}`} size="sm">
                        {name}
                      </Anchor>
                    ) : (
                      <Text size="sm" span>
                        {name}{' '}
                        <Text size="sm" span c="dimmed">
                          (new)
                        </Text>
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td>
                    <Group gap={4} justify="end" wrap="nowrap">
                      <ActionIcon variant="subtle" color="gray" aria-label={`Rename ${name}`} onClick={() => rename(instance, i)}>
                        <IconPencil size={16} aria-hidden />
                      </ActionIcon>
                      <ActionIcon variant="subtle" color="gray" aria-label={`Delete ${name}`} onClick={() => remove(instance, i)}>
                        <IconX size={16} aria-hidden />
                      </ActionIcon>
                    </Group>
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Reason text={own} />
      <Button
        variant="default"
        size="compact-md"
        style={{ alignSelf: 'start' }}
        leftSection={<IconPlus size={16} aria-hidden />}
        onClick={add}
      >
        Add an instance
      </Button>
      <NameDialog question={question} onClose={() => setQuestion(null)} />
      <ConfirmDialog asked={asked} onClose={() => setAsked(null)} />
    </Stack>
  );
}
