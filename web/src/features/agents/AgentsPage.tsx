import { Button, Group, Skeleton, Stack, TextInput, Title, VisuallyHidden } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { lazy, Suspense, useMemo } from 'react';
import { useGetFleetQuery, useGetHealthQuery, useGetProvidersQuery, useGetUsageQuery } from '../../api/fleetApi';
import { useMayChange } from '../../api/role';
import { useOpenDrawer } from '../../shared/drawer';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { useRefreshMs } from '../../shared/state';
import { isStringList, usePreference } from '../../shared/usePreference';
import { useGetFleetHistoryQuery } from './agentsApi';
import { AgentsView } from './AgentsView';
import { NoAgents } from './NoAgents';
import { useSelection } from './selection/useSelection';
import { ColumnChooser } from './table/ColumnChooser';
import { crowded, spare, visibleColumns } from './table/columns';

const SendTask = lazy(async () => ({ default: (await import('./SendTask')).SendTask }));

function Loading() {
  return (
    <div aria-busy="true">
      <VisuallyHidden>Loading the agents</VisuallyHidden>
      <Skeleton h={28} mb="sm" />
      <Skeleton h={40} mb="sm" />
      {Array.from({ length: 8 }, (_, row) => (
        <Skeleton key={row} h={32} mb={8} />
      ))}
    </div>
  );
}

export default function AgentsPage() {
  const polling = { pollingInterval: useRefreshMs(), skipPollingIfUnfocused: true };
  const fleet = useGetFleetQuery(undefined, polling);
  // The window moves even when nothing happens.
  const { data: usage } = useGetUsageQuery(undefined, polling);
  const { data: history } = useGetFleetHistoryQuery();
  const { data: health } = useGetHealthQuery();
  const { data: providers } = useGetProvidersQuery();
  const { selection, change, text, setText } = useSelection();
  const narrow = useMediaQuery(crowded, false, { getInitialValueInEffect: false }) ?? false;
  const [chosen, setHidden] = usePreference<string[] | null>('agents.hiddenColumns', null, isStringList);
  const hidden = useMemo(() => chosen ?? (narrow ? spare : []), [chosen, narrow]);
  const [sending, { open: openSending, close: closeSending }] = useDisclosure(false);
  const phone = useMediaQuery('(max-width: 40em)', false, { getInitialValueInEffect: false }) ?? false;
  const mayChange = useMayChange();
  const columns = useMemo(
    () => visibleColumns(hidden, phone).filter(({ id }) => mayChange || id !== 'actions'),
    [hidden, phone, mayChange],
  );
  const shown = useMemo(() => ({ ...selection, text }), [selection, text]);
  const openDrawer = useOpenDrawer();
  const agents = fleet.data?.agents;
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <Title order={1} size="h2">
          Agents
        </Title>
        {agents !== undefined && agents.length > 0 && (
          <Group gap="xs">
            <TextInput
              type="search"
              aria-label="Search the agents"
              placeholder="name, type, model"
              leftSection={<IconSearch size={16} aria-hidden />}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              w={{ base: 160, sm: 220 }}
            />
            {!phone && <ColumnChooser hidden={hidden} onChange={setHidden} />}
            {mayChange && (
              <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={openSending}>
                Send a task
              </Button>
            )}
          </Group>
        )}
      </Group>
      {fleet.error !== undefined && (
        <ProblemAlert
          what={agents === undefined ? 'The agents could not be loaded' : 'The agents could not be loaded again'}
          error={fleet.error}
          onRetry={() => void fleet.refetch()}
          stale={agents !== undefined}
        />
      )}
      {agents === undefined && fleet.error === undefined && <Loading />}
      {agents?.length === 0 && <NoAgents />}
      {agents !== undefined && agents.length > 0 && (
        <>
          <AgentsView
            agents={agents}
            usage={usage}
            history={history}
            health={health}
            providers={providers}
            columns={columns}
            phone={phone}
            selection={shown}
            onSelect={(part) => {
              if (part.text !== undefined) setText(part.text);
              change(part);
            }}
            onClear={() => {
              setText('');
              change({ text: '', tier: null, activity: null });
            }}
            onOpen={(name) => openDrawer({ kind: 'agent', name, tab: null })}
          />
          {sending && (
            <Suspense>
              <SendTask agents={agents} opened={sending} onClose={closeSending} />
            </Suspense>
          )}
        </>
      )}
    </Stack>
  );
}
