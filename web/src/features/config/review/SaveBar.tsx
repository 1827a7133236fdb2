import { Button, Group, Text } from '@mantine/core';
import { useMayChange } from '../../../api/role';
import type { Checked } from '../useCheck';

interface Props {
  dirty: boolean;
  broken: boolean;
  checked: Checked;
  onDiscard: () => void;
  onSave: () => void;
}

function standing({ dirty, broken, checked }: Pick<Props, 'dirty' | 'broken' | 'checked'>): string {
  if (broken) return '✕ not JSON';
  if (checked.failure !== null) return '! not checked: the daemon did not answer';
  if (checked.pending) return dirty ? '… checking' : '✓ saved';
  if (checked.errors.length > 0) return `✕ ${checked.errors.length} to fix`;
  if (dirty) return '✓ ready to save';
  return checked.warnings.length > 0 ? '! with warnings' : '✓ no problems';
}

/** Always in reach: the state of the draft, and its actions. */
export function SaveBar({ dirty, broken, checked, onDiscard, onSave }: Props) {
  const mayChange = useMayChange();
  const ready = mayChange && dirty && !broken && !checked.pending && checked.errors.length === 0;
  return (
    <Group gap="sm">
      <Text size="sm" c="dimmed" role="status">
        {mayChange ? standing({ dirty, broken, checked }) : 'a viewer cannot save'}
      </Text>
      {dirty && (
        <Button variant="default" onClick={onDiscard}>
          Discard
        </Button>
      )}
      <Button onClick={onSave} disabled={!ready} data-testid="config-save">
        Save…
      </Button>
    </Group>
  );
}
