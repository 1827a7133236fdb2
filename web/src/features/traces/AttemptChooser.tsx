import { Anchor, Button, Group, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconMessages } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Rollout } from '../../api/types';
import { timestamp } from '../../shared/format';
import { isManaged } from '../../shared/isManaged';
import { useFindRolloutsQuery, useGetAttemptsQuery, useGetRolloutQuery } from './tracesApi';

interface Props {
  rollout: string;
  attempt: string;
  onChange: (rollout: string, attempt: string) => void;
  onTranscript: (attempt: string) => void;
}

function choiceOf({ rollout_id, status, start_time }: Rollout) {
  return { value: rollout_id, label: `${rollout_id} · ${status} · ${timestamp(start_time * 1000)}` };
}

/** Which rollout (typing searches all), and which of its attempts. */
export function AttemptChooser({ rollout, attempt, onChange, onTranscript }: Props) {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.startsWith(rollout) && rollout !== '' ? '' : typed, 300);
  const { data: found } = useFindRolloutsQuery(search);
  const { data: chosen } = useGetRolloutQuery(rollout, { skip: rollout === '' });
  const { data: attempts } = useGetAttemptsQuery(rollout, { skip: rollout === '' });
  const rollouts = (found?.items ?? []).map(choiceOf);
  if (rollout !== '' && !rollouts.some(({ value }) => value === rollout))
    rollouts.unshift(chosen?.rollout_id === rollout ? choiceOf(chosen) : { value: rollout, label: rollout });
  const latest = attempts?.items[0]?.attempt_id ?? '';
  return (
    <Group gap="xs">
      <Select
        aria-label="Rollout"
        placeholder="Rollout"
        size="xs"
        w={{ base: '100%', sm: 340 }}
        searchable
        data={rollouts}
        value={rollout === '' ? null : rollout}
        onSearchChange={setTyped}
        filter={({ options }) => options}
        onChange={(value) => onChange(value ?? '', '')}
        nothingFoundMessage="No rollout with that id"
      />
      <Select
        aria-label="Attempt"
        placeholder="Attempt"
        size="xs"
        w={{ base: '100%', sm: 236 }}
        disabled={attempts === undefined || attempts.items.length === 0}
        data={(attempts?.items ?? []).map(({ attempt_id, sequence_id, status }) => ({
          value: attempt_id,
          label: `Attempt ${sequence_id} · ${status} · ${attempt_id}`,
        }))}
        value={attempt === '' ? latest || null : attempt}
        onChange={(value) => onChange(rollout, value === null || value === latest ? '' : value)}
      />
      {rollout !== '' && (
        <Anchor component={Link} size="xs" to={`/rollouts?q=${encodeURIComponent(rollout)}`}>
          Rollout
        </Anchor>
      )}
      {chosen != null && isManaged(chosen) && latest !== '' && (
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconMessages size={14} aria-hidden />}
          onClick={() => onTranscript(attempt === '' ? latest : attempt)}
        >
          Transcript
        </Button>
      )}
    </Group>
  );
}
