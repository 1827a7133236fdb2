import { Group, Select, Skeleton, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { ResourcesUpdate } from '../../api/types';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { timestamp } from '../../shared/format';
import { changesOf, leavesOf } from './resourceLeaves';
import { useGetVersionsQuery } from './resourcesApi';
import { SecretText } from './SecretText';

function Tree({ update }: { update: ResourcesUpdate }) {
  return (
    <Table aria-label={`Version ${update.version} of ${update.resources_id}`} layout="fixed">
      <Table.Tbody>
        {leavesOf(update.resources).map(({ path, value, secret }) => (
          <Table.Tr key={path}>
            <Table.Th w="38%" fw={500}>
              <Text size="xs" style={{ overflowWrap: 'anywhere' }}>
                {path}
              </Text>
            </Table.Th>
            <Table.Td>
              <SecretText value={value} secret={secret} path={path} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Diff({ before, after }: { before: ResourcesUpdate; after: ResourcesUpdate }) {
  const changes = changesOf(before.resources, after.resources);
  if (changes.length === 0) return <Text size="sm">Versions {before.version} and {after.version} are the same.</Text>;
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
              <Text size="xs" style={{ overflowWrap: 'anywhere' }}>
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

/** A named set of resources: one version as a tree, or what changed between two. */
export function VersionsPanel({ id }: { id: string }) {
  const { data, error, isLoading, refetch } = useGetVersionsQuery(id);
  const [chosen, setChosen] = useState<string | null>(null);
  const [against, setAgainst] = useState<string | null>(null);
  if (isLoading) return <Skeleton h={160} />;
  if (data === undefined) return <ProblemAlert what="The versions could not be loaded" error={error} onRetry={() => void refetch()} />;
  const newest = data[0];
  if (newest === undefined) return <Text size="sm">There are no resources {id}.</Text>;
  const find = (version: string | null) => data.find((each) => String(each.version) === version);
  const update = find(chosen) ?? newest;
  const other = find(against);
  const choices = data.map(({ version, update_time }) => ({ value: String(version), label: `version ${version} · ${timestamp(update_time * 1000)}` }));
  return (
    <Stack gap="xs" p="xs">
      <Group gap="xs">
        <Select size="xs" aria-label="Version" data={choices} value={String(update.version)} onChange={setChosen} allowDeselect={false} />
        <Select size="xs" aria-label="Compare with" placeholder="compare with" data={choices.filter(({ value }) => value !== String(update.version))} value={against} onChange={setAgainst} clearable disabled={data.length < 2} />
      </Group>
      {other === undefined || other === update ? <Tree update={update} /> : other.version < update.version ? <Diff before={other} after={update} /> : <Diff before={update} after={other} />}
    </Stack>
  );
}
