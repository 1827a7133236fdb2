import '../../shared/laterStyles';
import { Code, Group, Paper, Title } from '@mantine/core';
import { IconDatabase } from '@tabler/icons-react';
import { useNavigate, useParams } from 'react-router';
import { CopyableId } from '../../shared/CopyableId';
import { EmptyState } from '../../shared/EmptyState';
import { ListFrame } from '../../shared/ListFrame';
import { SearchInput } from '../../shared/SearchInput';
import { useStorePolling } from '../../shared/state';
import { useListView } from '../../shared/useListView';
import { useGetResourcesPageQuery } from './resourcesApi';
import { columns, ResourcesTable } from './ResourcesTable';
import { VersionsPanel } from './VersionsPanel';

const pageSize = 50;

function Nothing({ search }: { search: string }) {
  const curl = `curl -X POST ${location.origin}/v1/agl/resources -H 'Content-Type: application/json' -d '{"main":{"resource_type":"prompt_template","template":"Hello {name}","engine":"f-string"}}'`;
  return (
    <EmptyState icon={<IconDatabase />} title={search === '' ? 'No resources yet' : 'No resources match'}>
      {search === '' ? (
        <Code block ta="left" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {curl}
        </Code>
      ) : (
        `Nothing contains “${search}”.`
      )}
    </EmptyState>
  );
}

/** Named sets of resources; a row opens its versions. The open one is in the address: /resources/ID. */
export default function ResourcesPage() {
  const { query, set, asked, head, onPage } = useListView({ columns, usual: 'update_time', pageSize });
  const { id: openId } = useParams();
  const navigate = useNavigate();
  const search = query.get('q') ?? '';
  if (search !== '') asked.set('resources_id_contains', search);
  const resources = useGetResourcesPageQuery(asked.toString(), useStorePolling());
  const isElsewhere =
    openId !== undefined && resources.data !== undefined && !resources.data.items.some(({ resources_id }) => resources_id === openId);
  const open = (id: string | null) =>
    void navigate({ pathname: id === null ? '/resources' : `/resources/${encodeURIComponent(id)}`, search: query.toString() });

  return (
    <>
      <Group justify="space-between" mb="sm">
        <Title order={1} size="h2">
          Resources
        </Title>
        <SearchInput label="Search by resources id" placeholder="Resources id" value={search} onChange={(value) => set({ q: value })} />
      </Group>
      {isElsewhere && (
        <Paper withBorder p="xs" mb="md" component="section" aria-label={`Resources ${openId}`}>
          <CopyableId id={openId} what="resources" />
          <VersionsPanel id={openId} />
        </Paper>
      )}
      <ListFrame what="resources" query={resources} pageSize={pageSize} onPage={onPage} empty={<Nothing search={search} />}>
        {({ items }) => <ResourcesTable items={items} openId={openId} onOpen={open} head={head} />}
      </ListFrame>
    </>
  );
}
