import { Button, Collapse, Group, InputLabel, NumberInput, SegmentedControl, Stack, Text, Textarea } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconSend } from '@tabler/icons-react';
import { useId, useState } from 'react';
import type { FieldProblem } from '../../../api/types';
import { problemAt, type TaskDraft } from './taskDraft';

interface Props {
  draft: TaskDraft;
  problems: FieldProblem[];
  isSending: boolean;
  onChange: (draft: TaskDraft) => void;
  onSend: () => void;
}

function isFormat(value: string): value is TaskDraft['format'] {
  return value === 'text' || value === 'json';
}

type FieldsProps = Pick<Props, 'draft' | 'problems' | 'onChange'>;

function Input({ draft, problems, onChange }: FieldsProps) {
  const isJson = draft.format === 'json';
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <InputLabel labelElement="div" aria-hidden>
          Input
        </InputLabel>
        <SegmentedControl
          size="xs"
          aria-label="Format of the input"
          value={draft.format}
          onChange={(format) => isFormat(format) && onChange({ ...draft, format })}
          data={[
            { value: 'text', label: 'Text' },
            { value: 'json', label: 'JSON' },
          ]}
        />
      </Group>
      <Textarea
        aria-label="Input"
        placeholder={isJson ? '{"repository": "acme/shop", "pull_request": 17}' : 'Review the last commit and say what is risky in it.'}
        value={draft.input}
        onChange={({ currentTarget: { value } }) => onChange({ ...draft, input: value })}
        error={problemAt(problems, '/input')}
        styles={isJson ? { input: { fontFamily: 'var(--mantine-font-family-monospace)' } } : {}}
        autosize
        minRows={5}
        maxRows={16}
      />
    </div>
  );
}

function Advanced({ draft, problems, onChange }: FieldsProps) {
  return (
    <Stack gap="sm" pt="xs">
      <Textarea
        label="Metadata"
        description="A JSON object; it is stored with the task."
        placeholder='{"ticket": "SHOP-42"}'
        value={draft.metadata}
        onChange={({ currentTarget: { value } }) => onChange({ ...draft, metadata: value })}
        error={problemAt(problems, '/metadata')}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        autosize
        minRows={2}
      />
      <Group grow align="flex-start">
        <NumberInput
          label="Timeout"
          description="For each attempt, in seconds; empty: no limit."
          value={draft.timeoutSeconds}
          onChange={(timeoutSeconds) => onChange({ ...draft, timeoutSeconds })}
          error={problemAt(problems, '/config/timeout_seconds')}
        />
        <NumberInput
          label="Maximum attempts"
          description="If the agent itself fails; empty: 1."
          value={draft.maxAttempts}
          onChange={(maxAttempts) => onChange({ ...draft, maxAttempts })}
          error={problemAt(problems, '/config/max_attempts')}
          allowDecimal={false}
        />
      </Group>
    </Stack>
  );
}

/** A problem never hides in a folded part. */
function useUnfolded({ draft, problems }: FieldsProps): [boolean, () => void] {
  const [wanted, setWanted] = useState(draft.metadata !== '' || draft.timeoutSeconds !== '' || draft.maxAttempts !== '');
  return [wanted || problems.some(({ path }) => !path.startsWith('/input')), () => setWanted(!wanted)];
}

export function TaskForm({ draft, problems, isSending, onChange, onSend }: Props) {
  const [isUnfolded, toggle] = useUnfolded({ draft, problems, onChange });
  const advancedId = useId();
  return (
    <form
      aria-label="Send a task"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSend();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onSend();
      }}
    >
      <Stack gap="sm">
        <Input draft={draft} problems={problems} onChange={onChange} />
        <div>
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            leftSection={isUnfolded ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
            aria-expanded={isUnfolded}
            aria-controls={advancedId}
            onClick={toggle}
          >
            Metadata, timeout, attempts
          </Button>
          <Collapse expanded={isUnfolded} id={advancedId}>
            <Advanced draft={draft} problems={problems} onChange={onChange} />
          </Collapse>
        </div>
        <Group>
          <Button type="submit" loading={isSending} leftSection={<IconSend size={16} aria-hidden />}>
            Send
          </Button>
          <Text size="xs" c="dimmed">
            or Ctrl + Enter
          </Text>
        </Group>
      </Stack>
    </form>
  );
}
