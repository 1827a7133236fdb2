import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';

export interface NameQuestion {
  title: string;
  label: string;
  action: string;
  initial: string;
  /** What the new name does; a sentence. */
  note?: ((name: string) => string) | undefined;
  fault: (name: string) => string | null;
  onName: (name: string) => void;
}

function Form({ question, onClose }: { question: NameQuestion; onClose: () => void }) {
  const [name, setName] = useState(question.initial);
  const [tried, setTried] = useState(false);
  const fault = question.fault(name);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation();
        setTried(true);
        if (fault !== null) return;
        question.onName(name);
        onClose();
      }}
    >
      <Stack>
        <TextInput
          data-autofocus
          label={question.label}
          value={name}
          autoComplete="off"
          spellCheck={false}
          error={tried || (name !== '' && name !== question.initial) ? fault : null}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        {question.note && fault === null && (
          <Text size="sm" c="dimmed">
            {question.note(name)}
          </Text>
        )}
        <Group justify="end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit">{question.action}</Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Asks for the name of something new, copied or renamed. */
export function NameDialog({ question, onClose }: { question: NameQuestion | null; onClose: () => void }) {
  return (
    <Modal opened={question !== null} onClose={onClose} title={question?.title ?? ''} closeButtonProps={{ 'aria-label': 'Close' }}>
      {question !== null && <Form question={question} onClose={onClose} />}
    </Modal>
  );
}
