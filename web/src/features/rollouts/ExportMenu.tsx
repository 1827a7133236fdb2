import { Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { count } from '../../shared/format';
import { saveFile } from '../../shared/saveFile';
import { useUi } from '../../shared/state';
import { exportRollouts, type ExportFormat } from './exportRollouts';
import type { RolloutsView } from './rolloutsQuery';

/** Everything that matches the filters, as a file. */
export function ExportMenu({ view }: { view: RolloutsView }) {
  const [exporting, setExporting] = useState<string | null>(null);
  const backend = useUi((state) => state.backend);
  const save = async (format: ExportFormat) => {
    setExporting('…');
    try {
      saveFile(
        await exportRollouts(backend, view, format, (done, total) => setExporting(`${count(done)} of ${count(total)}`)),
        `rollouts.${format}`,
      );
    } catch (failure) {
      notifications.show({
        color: 'red',
        title: 'The export stopped',
        message: failure instanceof Error ? failure.message : String(failure),
      });
    }
    setExporting(null);
  };
  return (
    <Menu>
      <Menu.Target>
        <Button size="xs" variant="default" leftSection={<IconDownload size={14} aria-hidden />} disabled={exporting !== null}>
          {exporting === null ? 'Export' : `Exporting ${exporting}`}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void save('jsonl')}>JSON lines, as sent</Menu.Item>
        <Menu.Item onClick={() => void save('csv')}>CSV</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
