import { Group, Select, Skeleton, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { timestamp } from '../../shared/format';
import { useStorePolling } from '../../shared/state';
import { ResourceTree } from './ResourceTree';
import { useGetVersionsQuery } from './resourcesApi';
import classes from './Resources.module.css';
import { VersionDiff } from './VersionDiff';

/** A named set of resources: one version as a tree, or what changed between two. */
export function VersionsPanel({ id }: { id: string }) {
  const { data, error, isLoading, refetch } = useGetVersionsQuery(id, useStorePolling());
  const [chosen, setChosen] = useState<string | null>(null);
  const [against, setAgainst] = useState<string | null>(null);
  if (isLoading) return <Skeleton h={160} aria-busy />;
  if (data === undefined) return <ProblemAlert what="The versions could not be loaded" error={error} onRetry={() => void refetch()} />;
  const newest = data[0];
  if (newest === undefined) return <Text size="sm">There are no resources {id}.</Text>;
  const find = (version: string | null) => data.find((each) => String(each.version) === version);
  const version = find(chosen) ?? newest;
  const other = find(against);
  const choices = data.map(({ version: number, update_time }) => ({
    value: String(number),
    label: `version ${number} · ${timestamp(update_time * 1000)}`,
  }));
  return (
    <Stack gap="xs" p="xs" className={classes.panel}>
      <Group gap="xs">
        <Select
          size="xs"
          w={240}
          aria-label="Version"
          data={choices}
          value={String(version.version)}
          onChange={setChosen}
          allowDeselect={false}
        />
        <Select
          size="xs"
          w={240}
          aria-label="Compare with"
          placeholder={data.length < 2 ? 'the only version' : 'compare with'}
          data={choices.filter(({ value }) => value !== String(version.version))}
          value={against}
          onChange={setAgainst}
          clearable
          disabled={data.length < 2}
        />
      </Group>
      {other === undefined || other === version ? (
        <ResourceTree version={version} />
      ) : other.version < version.version ? (
        <VersionDiff before={other} after={version} />
      ) : (
        <VersionDiff before={version} after={other} />
      )}
    </Stack>
  );
}
