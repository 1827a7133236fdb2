import { Button, Group, Modal, NativeSelect, Radio, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { asApiError } from '../../api/problem';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { useCreateTokenMutation } from './accessApi';
import { NewValue } from './NewValue';
import { expiryFromNow, lifetimes, roleLooks, type TokenRole } from './words';

const roles: TokenRole[] = ['viewer', 'operator', 'store'];

function Form({ onClose, asking }: { onClose: () => void; asking: ReturnType<typeof useCreateTokenMutation> }) {
  const [create, { isLoading, error }] = asking;
  const [name, setName] = useState('');
  const [role, setRole] = useState<TokenRole>('viewer');
  const [lifetime, setLifetime] = useState('30');
  const problem = error === undefined ? null : asApiError(error);
  const ofName = problem?.errors.find(({ path }) => path === '/name')?.reason;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const expires = expiryFromNow(lifetime === '' ? null : Number(lifetime));
    void create({ name: name.trim(), role, ...(expires === null ? {} : { expires }) });
  };
  return (
    <form onSubmit={submit} aria-label="New token">
      <Stack gap="md">
        <TextInput
          label="Name"
          description="Who or what it is for; the audit log shows it"
          placeholder="wall-screen"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={ofName}
          inputWrapperOrder={['label', 'description', 'input', 'error']}
          required
          maxLength={64}
          spellCheck={false}
          autoComplete="off"
          data-autofocus
        />
        <Radio.Group label="Role" value={role} onChange={(value) => setRole(roles.find((each) => each === value) ?? 'viewer')}>
          <Stack gap={6} mt={6}>
            {roles.map((each) => (
              <Radio key={each} value={each} label={each} description={roleLooks[each].may} />
            ))}
          </Stack>
        </Radio.Group>
        <NativeSelect
          label="Valid for"
          value={lifetime}
          onChange={(event) => setLifetime(event.currentTarget.value)}
          data={lifetimes.map(({ label, days }) => ({ label, value: days === null ? '' : String(days) }))}
        />
        {problem !== null && ofName === undefined && <ProblemAlert what="The token was not created" error={error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isLoading} disabled={name.trim() === ''}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Creates a token and shows its value once; after closing, the page no longer has it. */
export function CreateToken({ onClose }: { onClose: () => void }) {
  const asking = useCreateTokenMutation();
  const [, { data }] = asking;
  const made = data?.value;
  return (
    <Modal
      opened
      onClose={onClose}
      title={data === undefined ? 'New token' : `Token “${data.name}”`}
      closeButtonProps={{ 'aria-label': 'Close' }}
      // A click outside the dialog must not lose what is shown only once.
      closeOnClickOutside={made === undefined}
    >
      {made === undefined ? <Form onClose={onClose} asking={asking} /> : <NewValue value={made} onClose={onClose} />}
    </Modal>
  );
}
