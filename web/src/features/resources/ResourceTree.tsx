import { ActionIcon, Group, Table, Text } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { nodesOf } from './resourceLeaves';
import type { Version } from './resourcesApi';
import classes from './Resources.module.css';
import { SecretText } from './SecretText';

/** One version as a tree: nodes with children can be closed. */
export function ResourceTree({ version: { resources_id, version, text } }: { version: Version }) {
  const nodes = useMemo(() => nodesOf(text), [text]);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const toggle = (path: string) => {
    const next = new Set(closed);
    if (!next.delete(path)) next.add(path);
    setClosed(next);
  };
  const isHidden = (path: string) => [...closed].some((above) => path.startsWith(`${above}.`));
  return (
    <Table role="treegrid" aria-label={`Version ${version} of ${resources_id}`} layout="fixed" verticalSpacing={2} className={classes.tree}>
      <Table.Tbody>
        {nodes
          .filter(({ path }) => !isHidden(path))
          .map(({ path, name, depth, holds, value, secret }) => {
            const open = !closed.has(path);
            return (
              <Table.Tr key={path} aria-level={depth + 1} aria-expanded={holds === null ? undefined : open}>
                <Table.Th scope="row" w="38%" fw={holds === null ? 400 : 600}>
                  <Group gap={2} wrap="nowrap" pl={Math.min(depth, 8) * 14}>
                    {holds === null ? (
                      <span className={classes.leaf} />
                    ) : (
                      <ActionIcon
                        size="xs"
                        variant="subtle"
                        color="gray"
                        aria-label={`${open ? 'close' : 'open'} ${path}`}
                        onClick={() => toggle(path)}
                      >
                        {open ? <IconChevronDown size={12} /> : <IconChevronRight size={12} />}
                      </ActionIcon>
                    )}
                    <Text size="xs" fw="inherit" title={path} className={classes.anywhere}>
                      {name}
                    </Text>
                  </Group>
                </Table.Th>
                <Table.Td>
                  {holds === null ? (
                    <SecretText value={value} secret={secret} path={path} />
                  ) : (
                    <Text size="xs" c="dimmed">
                      {open ? '' : `${holds} ${holds === 1 ? 'entry' : 'entries'}`}
                    </Text>
                  )}
                </Table.Td>
              </Table.Tr>
            );
          })}
      </Table.Tbody>
    </Table>
  );
}
