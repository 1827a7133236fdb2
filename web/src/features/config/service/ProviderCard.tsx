import { ActionIcon, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { ChoiceSelect } from '../fields/ChoiceField';
import { fieldId, reasonsAt, useEditing, useField } from '../fields/editing';
import { EnvField } from '../fields/EnvField';
import { NumberField } from '../fields/NumberField';
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
  api_key_file: 'API key, from a file',
  auth_token_file: 'Bearer token, from a file',
  api_key: 'API key, in this configuration',
  auth_token: 'Bearer token, in this configuration',
  none: 'none, or in its environment',
};
const choices = [...credentials, 'none' as const].map((value) => ({ value, label: words[value] }));

const ofVariable = { label: 'Variable of the daemon', description: 'A change counts from the next start of the daemon.' };
const ofFile = {
  label: 'File of the key',
  description: 'An absolute path. Read again when the file changes: a key can be brought or replaced without a restart.',
};

const values: Record<Credential, { label: string; description?: string; placeholder: string }> = {
  api_key_env: { ...ofVariable, placeholder: 'ANTHROPIC_API_KEY' },
  auth_token_env: { ...ofVariable, placeholder: 'DEEPSEEK_API_KEY' },
  api_key_file: { ...ofFile, placeholder: '/run/secrets/anthropic-key' },
  auth_token_file: { ...ofFile, placeholder: '/run/secrets/deepseek-token' },
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
        <NumberField
          path={[...path, 'silence_s']}
          label="Silence while a call is unanswered"
          description="For agents on this provider, instead of their own limit. 0: no limit."
          byDefault="the agent's own"
          unit="s"
          decimals
        />
        <EnvField
          path={[...path, 'env']}
          label="Environment"
          description="More variables for agents on this provider. Values are secret."
        />
      </Stack>
    </Paper>
  );
}
