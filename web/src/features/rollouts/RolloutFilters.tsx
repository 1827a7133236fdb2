import { Button, Group, MultiSelect, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { isFiltered, modes, statuses, type RolloutsView } from './rolloutsQuery';
import classes from './Rollouts.module.css';

interface Props {
  view: RolloutsView;
  onChange: (change: Partial<RolloutsView>) => void;
}

function toLocal(seconds: number | null): string {
  if (seconds === null) return '';
  const at = new Date(seconds * 1000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function fromLocal(text: string): number | null {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms / 1000;
}

/** A text that takes effect on Enter or blur, not with each key. */
function CommittedInput({
  label,
  value,
  placeholder,
  search,
  onCommit,
}: {
  label: string;
  value: string;
  placeholder: string;
  search?: boolean;
  onCommit: (value: string) => void;
}) {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setText(value);
  }
  const commit = () => {
    if (text.trim() !== value) onCommit(text.trim());
  };
  return (
    <TextInput
      type={search ? 'search' : 'text'}
      aria-label={label}
      placeholder={placeholder}
      size="xs"
      className={classes.filter}
      leftSection={search ? <IconSearch size={14} aria-hidden /> : undefined}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === 'Enter' && commit()}
    />
  );
}

export function RolloutFilters({ view, onChange }: Props) {
  return (
    <Group gap={6} mb="sm" role="search" aria-label="Filter rollouts">
      <CommittedInput
        label="Search by rollout id"
        placeholder="Rollout id"
        search
        value={view.search}
        onCommit={(search) => onChange({ search })}
      />
      <MultiSelect
        aria-label="Status"
        placeholder={view.statuses.length === 0 ? 'Status' : ''}
        size="xs"
        className={classes.choice}
        data={statuses}
        value={view.statuses}
        onChange={(next) => onChange({ statuses: next })}
        clearable
      />
      <MultiSelect
        aria-label="Mode"
        placeholder={view.modes.length === 0 ? 'Mode' : ''}
        size="xs"
        className={classes.choice}
        data={[...modes]}
        value={view.modes}
        onChange={(next) => onChange({ modes: next })}
        clearable
      />
      <TextInput
        type="datetime-local"
        aria-label="Started since"
        size="xs"
        className={classes.when}
        leftSection={<Text size="xs">from</Text>}
        leftSectionWidth={44}
        value={toLocal(view.since)}
        onChange={(event) => onChange({ since: fromLocal(event.currentTarget.value) })}
      />
      <TextInput
        type="datetime-local"
        aria-label="Started before"
        size="xs"
        className={classes.when}
        leftSection={<Text size="xs">to</Text>}
        leftSectionWidth={32}
        value={toLocal(view.until)}
        onChange={(event) => onChange({ until: fromLocal(event.currentTarget.value) })}
      />
      <CommittedInput
        label="Metadata"
        placeholder="metadata: key=value"
        value={view.metadata}
        onCommit={(metadata) => onChange({ metadata })}
      />
      {isFiltered(view) && (
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          onClick={() => onChange({ search: '', statuses: [], modes: [], since: null, until: null, metadata: '' })}
        >
          Clear filters
        </Button>
      )}
    </Group>
  );
}
