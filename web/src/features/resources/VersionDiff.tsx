import { Table, Text } from '@mantine/core';
import { changesOf } from './resourceLeaves';
import type { Version } from './resourcesApi';
import classes from './Resources.module.css';
import { SecretText } from './SecretText';

/** What changed from one version to another. */
export function VersionDiff({ before, after }: { before: Version; after: Version }) {
  const changes = changesOf(before.text, after.text);
  if (changes.length === 0)
    return (
      <Text size="sm">
        Versions {before.version} and {after.version} are the same.
      </Text>
    );
  return (
    <Table aria-label={`From version ${before.version} to ${after.version}`} layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w="30%">Path</Table.Th>
          <Table.Th>− version {before.version}</Table.Th>
          <Table.Th>+ version {after.version}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {changes.map(({ path, before: old, after: fresh, secret }) => (
          <Table.Tr key={path}>
            <Table.Td>
              <Text size="xs" className={classes.anywhere}>
                {path}
              </Text>
            </Table.Td>
            <Table.Td>{old === null ? '–' : <SecretText value={old} secret={secret} path={`old ${path}`} />}</Table.Td>
            <Table.Td>{fresh === null ? '–' : <SecretText value={fresh} secret={secret} path={`new ${path}`} />}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
