import { Box, Table } from '@mantine/core';
import type { AuditRow } from '../../api/types';
import { RelativeTime } from '../../shared/RelativeTime';
import classes from './audit.module.css';
import { resultOf } from './selection';
import { actionInWords } from './words';

function Row({ entry }: { entry: AuditRow }) {
  const { code, reason, refused } = resultOf(entry);
  return (
    <Table.Tr data-row="" tabIndex={-1} data-testid={`audit-row-${entry.id}`} data-refused={refused} className={classes.row}>
      <Table.Td className={classes.time}>
        <RelativeTime at={entry.ts} />
      </Table.Td>
      <Table.Td className={classes.words}>
        {entry.actor === '' ? 'nobody' : entry.actor}
        <div className={classes.second}>{entry.peer}</div>
      </Table.Td>
      <Table.Td className={classes.words} title={entry.action}>
        {actionInWords(entry.action)}
        <div className={classes.second}>{entry.subject}</div>
      </Table.Td>
      <Table.Td className={classes.result}>
        <span aria-hidden>{refused ? '✕' : '✓'}</span> {code}
        <Box component="span" visibleFrom="sm">
          {reason}
        </Box>
      </Table.Td>
    </Table.Tr>
  );
}

export function AuditTable({ entries }: { entries: readonly AuditRow[] }) {
  return (
    <Table.ScrollContainer minWidth={320} type="native">
      <Table aria-label="Audit log, newest first" highlightOnHover fz="sm" horizontalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {['When', 'Who', 'What', 'Result'].map((label) => (
              <Table.Th key={label}>{label}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.map((entry) => (
            <Row key={entry.id} entry={entry} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
