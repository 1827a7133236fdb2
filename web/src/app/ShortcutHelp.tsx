import '../shared/laterStyles';
import { Kbd, Modal, Table } from '@mantine/core';

export const shortcuts: [string, string][] = [
  ['/', 'search'],
  ['j k', 'next and previous row'],
  ['Enter', 'open the row'],
  ['Esc', 'close'],
  ['g a', 'Agents'],
  ['g p', 'Providers'],
  ['g r', 'Rollouts'],
  ['g e', 'Resources'],
  ['g t', 'Traces'],
  ['g u', 'Runners'],
  ['g c', 'Config'],
  ['g s', 'Settings'],
  ['?', 'this list'],
];

export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="Keyboard" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Table aria-label="Keyboard shortcuts">
        <Table.Tbody>
          {shortcuts.map(([keys, what]) => (
            <Table.Tr key={keys}>
              <Table.Td>
                {keys.split(' ').map((key) => (
                  <Kbd key={key} mr={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{what}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
