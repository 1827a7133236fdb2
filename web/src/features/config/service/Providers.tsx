import { Button, Stack, Text, Title } from '@mantine/core';
import { IconPlus, IconServer } from '@tabler/icons-react';
import { useState } from 'react';
import { EmptyState } from '../../../shared/EmptyState';
import { ConfirmDialog, type Confirmation } from '../fields/ConfirmDialog';
import { useEditing } from '../fields/editing';
import { NameDialog, type NameQuestion } from '../fields/NameDialog';
import { addProvider, deleteProvider, freeName, holdsMask, providerNameFault, providersOf, renameProvider, usersOf } from '../model/types';
import { ProviderCard } from './ProviderCard';

/** Who serves models. */
export function Providers() {
  const { document, change } = useEditing();
  const [question, setQuestion] = useState<NameQuestion | null>(null);
  const [asked, setAsked] = useState<Confirmation | null>(null);
  const providers = providersOf(document);
  const names = Object.keys(providers);
  const add = () =>
    setQuestion({
      title: 'Add a provider',
      label: 'Name',
      action: 'Add',
      initial: freeName(names.includes('anthropic') ? 'provider' : 'anthropic', names),
      note: () => 'Chains refer to it by this name.',
      fault: (name) => providerNameFault(name, names),
      onName: (name) => change((now) => addProvider(now, name)),
    });
  const rename = (provider: string) =>
    setQuestion({
      title: `Rename ${provider}`,
      label: 'Name',
      action: 'Rename',
      initial: provider,
      note: () => `Chains follow.${holdsMask(providers[provider]) ? ' Its saved secrets are not carried over: type them again.' : ''}`,
      fault: (name) =>
        providerNameFault(
          name,
          names.filter((each) => each !== provider),
        ),
      onName: (name) => change((now) => renameProvider(now, provider, name)),
    });
  const remove = (provider: string) => {
    const users = usersOf(document, provider);
    setAsked({
      title: `Delete ${provider}?`,
      sentences: [
        users.length === 0 ? 'No chain uses it.' : `Used by ${users.join(', ')}: their chains need another provider before you can save.`,
        'This takes effect when you save.',
      ],
      action: 'Delete',
      onConfirm: () => change((now) => deleteProvider(now, provider)),
    });
  };
  const addButton = (
    <Button
      variant={names.length === 0 ? 'filled' : 'default'}
      size="compact-md"
      leftSection={<IconPlus size={16} aria-hidden />}
      onClick={add}
    >
      Add a provider
    </Button>
  );
  return (
    <Stack>
      <div>
        <Title order={2} size="h4">
          Providers
        </Title>
        <Text size="sm" c="dimmed">
          Who serves models. A file or a variable of the daemon's environment is the better place for a key; one stored here is never shown
          again.
        </Text>
      </div>
      {names.length === 0 ? (
        <EmptyState icon={<IconServer size={28} />} title="No providers yet" action={addButton}>
          Every tier of a chain names one.
        </EmptyState>
      ) : (
        <>
          {names.map((name) => (
            <ProviderCard
              key={name}
              name={name}
              users={usersOf(document, name)}
              onRename={() => rename(name)}
              onDelete={() => remove(name)}
            />
          ))}
          <div>{addButton}</div>
        </>
      )}
      <NameDialog question={question} onClose={() => setQuestion(null)} />
      <ConfirmDialog asked={asked} onClose={() => setAsked(null)} />
    </Stack>
  );
}
