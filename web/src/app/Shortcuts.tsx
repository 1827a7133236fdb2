import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense } from 'react';
import { useShortcuts } from './useShortcuts';

const ShortcutHelp = lazy(async () => ({ default: (await import('./ShortcutHelp')).ShortcutHelp }));

/** The keys, and their list on `?`. */
export function Shortcuts() {
  const [opened, { open, close }] = useDisclosure(false);
  useShortcuts(open);
  if (!opened) return null;
  return (
    <Suspense>
      <ShortcutHelp onClose={close} />
    </Suspense>
  );
}
