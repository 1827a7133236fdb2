import { Button, Group, Text } from '@mantine/core';
import { IconGitMerge } from '@tabler/icons-react';
import { Caution } from '../fields/Caution';

interface Props {
  onReload: () => void;
  onMerge: () => void;
}

/** Somebody else saved, or the file was reloaded, during an edit. */
export function Elsewhere({ onReload, onMerge }: Props) {
  return (
    <Caution icon={<IconGitMerge aria-hidden />} title="Changed elsewhere">
      <Text size="sm">The configuration was changed while you were editing. Your changes are still here, but are not saved over it.</Text>
      <Group mt="xs" gap="xs">
        <Button size="compact-sm" onClick={onMerge}>
          Merge…
        </Button>
        <Button size="compact-sm" variant="default" onClick={onReload}>
          Reload, discard mine
        </Button>
      </Group>
    </Caution>
  );
}
