import { ActionIcon, Table, Text, VisuallyHidden } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { Fragment, type ComponentProps } from 'react';
import type { ResourcesUpdate } from '../../api/types';
import { CopyableId } from '../../shared/CopyableId';
import { opensOn } from '../../shared/opensOn';
import { RelativeTime } from '../../shared/RelativeTime';
import { SortHeaders } from '../../shared/SortHeaders';
import { VersionsPanel } from './VersionsPanel';

export const columns = [
  { label: 'Resources', sort: 'resources_id' },
  { label: 'Version', sort: 'version' },
  { label: 'Created', sort: 'create_time' },
  { label: 'Updated', sort: 'update_time' },
] as const;

type SortKey = (typeof columns)[number]['sort'];

interface Props {
  items: readonly ResourcesUpdate[];
  openId: string | undefined;
  onOpen: (id: string | null) => void;
  head: ComponentProps<typeof SortHeaders<SortKey>>;
}

export function ResourcesTable({ items, openId, onOpen, head }: Props) {
  return (
    <Table.ScrollContainer minWidth={720} type="native">
      <Table aria-label="Resources" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={36}>
              <VisuallyHidden>Open</VisuallyHidden>
            </Table.Th>
            <SortHeaders {...head} descendingFirst={(key) => key !== 'resources_id'} />
            <Table.Th>Count</Table.Th>
            <Table.Th>Holds</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map(({ resources_id: id, version, create_time, update_time, resources }) => {
            const open = id === openId;
            const toggle = () => onOpen(open ? null : id);
            return (
              <Fragment key={id}>
                <Table.Tr data-row="" tabIndex={-1} {...opensOn(toggle)}>
                  <Table.Td>
                    <ActionIcon
                      size="sm"
                      variant="subtle"
                      color="gray"
                      aria-expanded={open}
                      aria-label={`${open ? 'close' : 'open'} ${id}`}
                      onClick={toggle}
                    >
                      {open ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />}
                    </ActionIcon>
                  </Table.Td>
                  <Table.Td>
                    <CopyableId id={id} what="resources" />
                  </Table.Td>
                  <Table.Td>{version}</Table.Td>
                  <Table.Td>
                    <RelativeTime at={create_time * 1000} />
                  </Table.Td>
                  <Table.Td>
                    <RelativeTime at={update_time * 1000} />
                  </Table.Td>
                  <Table.Td>{Object.keys(resources).length}</Table.Td>
                  <Table.Td maw={320}>
                    <Text size="xs" truncate>
                      {Object.entries(resources)
                        .map(([name, { resource_type: type }]) => `${name} (${String(type)})`)
                        .join(', ') || '–'}
                    </Text>
                  </Table.Td>
                </Table.Tr>
                {open && (
                  <Table.Tr bg="transparent">
                    <Table.Td colSpan={7}>
                      <VersionsPanel id={id} />
                    </Table.Td>
                  </Table.Tr>
                )}
              </Fragment>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
