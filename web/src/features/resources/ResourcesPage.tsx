import '../../shared/laterStyles';
import { ActionIcon, Code, Group, Skeleton, Table, Text, TextInput, Title, VisuallyHidden } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconDatabase, IconSearch } from '@tabler/icons-react';
import { Fragment } from 'react';
import { useNavigate, useParams } from 'react-router';
import { CopyableId } from '../../shared/CopyableId';
import { EmptyState } from '../../shared/EmptyState';
import { Pages } from '../../shared/Pages';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { RelativeTime } from '../../shared/RelativeTime';
import { SortHeader } from '../../shared/SortHeader';
import { pageOf, useQueryState } from '../../shared/useQueryState';
import { useGetResourcesPageQuery } from './resourcesApi';
import { VersionsPanel } from './VersionsPanel';

const pageSize = 50;
const columns = [
  { label: 'Resources', sort: 'resources_id' },
  { label: 'Version', sort: 'version' },
  { label: 'Created', sort: 'create_time' },
  { label: 'Updated', sort: 'update_time' },
] as const;

/** Named sets of resources; a line opens into its versions. The open one is in the address: /resources/ID. */
export default function ResourcesPage() {
  const [query, set] = useQueryState();
  const { id: openId } = useParams();
  const navigate = useNavigate();
  const search = query.get('q') ?? openId ?? '';
  const sort = columns.find((column) => column.sort === query.get('sort'))?.sort ?? 'update_time';
  const descending = query.get('order') !== 'asc';
  const page = pageOf(query);
  const asked = new URLSearchParams({ limit: String(pageSize), offset: String((page - 1) * pageSize), sort_by: sort, sort_order: descending ? 'desc' : 'asc' });
  if (search !== '') asked.set('resources_id_contains', search);
  const { data, error, isLoading, refetch } = useGetResourcesPageQuery(asked.toString());
  const curl = `curl -X POST ${location.origin}/v1/agl/resources -H 'Content-Type: application/json' -d '{"main":{"resource_type":"prompt_template","template":"Hello {name}","engine":"f-string"}}'`;

  return (
    <>
      <Group justify="space-between" mb="sm">
        <Title order={1} size="h2">
          Resources
        </Title>
        <TextInput type="search" aria-label="Search by resources id" placeholder="Resources id" size="xs" leftSection={<IconSearch size={14} aria-hidden />} value={search}
          onChange={(event) => (openId === undefined ? set({ q: event.currentTarget.value }) : void navigate(`/resources?q=${encodeURIComponent(event.currentTarget.value)}`))} />
      </Group>
      {error !== undefined && <ProblemAlert what="The resources could not be loaded" error={error} onRetry={() => void refetch()} {...(data ? { still: 'The list below may be out of date.' } : {})} />}
      {isLoading && <Skeleton h={240} aria-busy />}
      {data !== undefined && data.items.length === 0 && (
        <EmptyState icon={<IconDatabase />} title={search === '' ? 'No resources yet' : 'No resources match'}>
          {search === '' ? <Code block ta="left" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{curl}</Code> : `Nothing holds “${search}”.`}
        </EmptyState>
      )}
      {data !== undefined && data.items.length > 0 && (
        <Table.ScrollContainer minWidth={720} type="native">
          <Table aria-label="Resources" highlightOnHover>
            <Table.Thead>
              <Table.Tr>
                <Table.Th w={36}>
                  <VisuallyHidden>Open</VisuallyHidden>
                </Table.Th>
                {columns.map(({ label, sort: key }) => (
                  <SortHeader key={key} label={label} by={key} sort={sort} descending={descending} descendingFirst onSort={(by, down) => set({ sort: by, order: down ? 'desc' : 'asc' })} />
                ))}
                <Table.Th>Count</Table.Th>
                <Table.Th>Holds</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.items.map(({ resources_id: id, version, create_time, update_time, resources }) => {
                const open = id === openId;
                const toggle = () => void navigate({ pathname: open ? '/resources' : `/resources/${encodeURIComponent(id)}`, search: query.toString() });
                return (
                  <Fragment key={id}>
                    <Table.Tr data-row="" tabIndex={-1} onKeyDown={(event) => event.key === 'Enter' && event.target === event.currentTarget && toggle()}>
                      <Table.Td>
                        <ActionIcon size="sm" variant="subtle" color="gray" aria-expanded={open} aria-label={`${open ? 'close' : 'open'} ${id}`} onClick={toggle}>
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
                          {Object.entries(resources).map(([name, { resource_type: type }]) => `${name} (${String(type)})`).join(', ') || '–'}
                        </Text>
                      </Table.Td>
                    </Table.Tr>
                    {open && (
                      <Table.Tr>
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
      )}
      {data !== undefined && data.items.length > 0 && <Pages offset={data.offset} shown={data.items.length} total={data.total} pageSize={pageSize} onPage={(next) => set({ page: String(next) })} />}
    </>
  );
}
