import { ActionIcon, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { ChoiceSelect } from '../fields/ChoiceField';
import { fieldId, reasonsAt, useEditing, useField } from '../fields/editing';
import { EnvField } from '../fields/EnvField';
import { Reason } from '../fields/Reason';
import { TextField } from '../fields/TextField';
import { credentialOf, credentials, withCredential, type Credential } from '../model/credentials';
import { objectOf, pointerOf } from '../model/json';

interface Props {
  name: string;
  users: string[];
  onRename: () => void;
  onDelete: () => void;
}

const words: Record<Credential | 'none', string> = {
  api_key_env: 'API key, from a variable',
  auth_token_env: 'Bearer token, from a variable',
  api_key: 'API key, in this file',
  auth_token: 'Bearer token, in this file',
  none: 'none, or in its environment',
};
const choices = [...credentials, 'none' as const].map((value) => ({ value, label: words[value] }));

const values: Record<Credential, { label: string; placeholder: string }> = {
  api_key_env: { label: 'Variable of the daemon', placeholder: 'ANTHROPIC_API_KEY' },
  auth_token_env: { label: 'Variable of the daemon', placeholder: 'DEEPSEEK_API_KEY' },
  api_key: { label: 'API key', placeholder: '' },
  auth_token: { label: 'Token', placeholder: '' },
};

export function ProviderCard({ name, users, onRename, onDelete }: Props) {
  const { errors } = useEditing();
  const path = ['providers', name];
  const { id, value, set } = useField(path);
  const provider = objectOf(value);
  const credential = credentialOf(provider);
  const own = reasonsAt(errors, path);
  return (
    <Paper withBorder p="md" component="section" aria-label={`Provider ${name}`} id={id} tabIndex={-1}>
      <Group justify="space-between" wrap="nowrap" mb="xs">
        <div>
          <Title order={3} size="h5">
            {name}
          </Title>
          <Text size="xs" c="dimmed">
            {users.length === 0 ? 'in no chain' : `in the chain of ${users.join(', ')}`}
          </Text>
        </div>
        <Group gap={4} wrap="nowrap">
          <ActionIcon variant="subtle" color="gray" aria-label={`Rename ${name}`} onClick={onRename}>
            <IconPencil size={16} aria-hidden />
          </ActionIcon>
          <ActionIcon variant="subtle" color="gray" aria-label={`Delete ${name}`} onClick={onDelete}>
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Group>
      </Group>
      <Stack gap="sm">
        <Reason text={own} />
        <TextField
          path={[...path, 'base_url']}
          label="Address"
          placeholder="the agent's own default"
          description="Clients append /v1/messages."
        />
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <ChoiceSelect
            id={fieldId(pointerOf([...path, 'credential']))}
            label="Credential"
            choices={choices}
            value={credential}
            error={null}
            onChange={(next) => set(withCredential(provider, credentials.find((each) => each === next) ?? 'none'))}
          />
          {credential !== 'none' && (
            <TextField
              path={[...path, credential]}
              {...values[credential]}
              required
              secret={credential === 'api_key' || credential === 'auth_token'}
            />
          )}
        </SimpleGrid>
        <EnvField
          path={[...path, 'env']}
          label="Environment"
          description="More variables for agents on this provider. Values are secret."
        />
      </Stack>
    </Paper>
  );
}
