import { Group, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { timestamp } from '../../shared/format';
import { useFindRolloutsQuery, useGetAttemptsQuery } from './tracesApi';

interface Props {
  rollout: string;
  attempt: string;
  onChange: (rollout: string, attempt: string) => void;
}

/** Which rollout (typing searches among all), which of its attempts. */
export function AttemptChooser({ rollout, attempt, onChange }: Props) {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.startsWith(rollout) && rollout !== '' ? '' : typed, 300);
  const { data: found } = useFindRolloutsQuery(search);
  const { data: attempts } = useGetAttemptsQuery(rollout, { skip: rollout === '' });
  const rollouts = (found?.items ?? []).map(({ rollout_id, status, start_time }) => ({
    value: rollout_id,
    label: `${rollout_id} · ${status} · ${timestamp(start_time * 1000)}`,
  }));
  if (rollout !== '' && !rollouts.some(({ value }) => value === rollout)) rollouts.unshift({ value: rollout, label: rollout });
  const latest = attempts?.items[0]?.attempt_id ?? '';
  return (
    <Group gap="xs">
      <Select aria-label="Rollout" placeholder="Rollout" size="xs" w={{ base: '100%', sm: 380 }} searchable data={rollouts} value={rollout === '' ? null : rollout} onSearchChange={setTyped} filter={({ options }) => options} onChange={(value) => onChange(value ?? '', '')} nothingFoundMessage="No rollout with that id" />
      <Select
        aria-label="Attempt"
        placeholder="Attempt"
        size="xs"
        w={{ base: '100%', sm: 280 }}
        disabled={attempts === undefined || attempts.items.length === 0}
        data={(attempts?.items ?? []).map(({ attempt_id, sequence_id, status }) => ({ value: attempt_id, label: `Attempt ${sequence_id} · ${status} · ${attempt_id}` }))}
        value={attempt === '' ? latest || null : attempt}
        onChange={(value) => onChange(rollout, value === null || value === latest ? '' : value)}
      />
    </Group>
  );
}
