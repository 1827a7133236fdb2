import { Button, Group, Stack, Text } from '@mantine/core';
import { IconSearchOff } from '@tabler/icons-react';
import { useDeferredValue, useMemo } from 'react';
import { useGetBeginQuery } from '../../api/fleetApi';
import type { Agent, Health, Provider, Usage } from '../../api/types';
import { EmptyState } from '../../shared/EmptyState';
import { count } from '../../shared/format';
import { useNowUntil } from '../../shared/useNow';
import type { FleetHistory } from './agentsApi';
import { tokenTable } from './cells/tokens';
import { nextSort, selectAgents, type Selection } from './selection/selection';
import { countFleet } from './selection/standing';
import { Announcer } from './summary/Announcer';
import { FleetStrip } from './summary/FleetStrip';
import { allIsWell, findings } from './summary/headline';
import { Headline } from './summary/Headline';
import { AgentsTable } from './table/AgentsTable';
import type { Column } from './table/columns';

interface Props {
  agents: Agent[];
  usage: Usage | undefined;
  history: FleetHistory | undefined;
  health: Health | undefined;
  providers: Provider[] | undefined;
  columns: Column[];
  phone: boolean;
  /** With the current text of the search field. */
  selection: Selection;
  onSelect: (part: Partial<Selection>) => void;
  onClear: () => void;
  onOpen: (name: string) => void;
}

const noLimits: Pick<Selection, 'text' | 'tier' | 'activity'> = { text: '', tier: null, activity: null };

type WhatIsWrongProps = Pick<Props, 'agents' | 'health' | 'history' | 'providers' | 'onSelect' | 'onOpen'>;

/** Its clock may tick every second; the table must not be drawn with it. */
function WhatIsWrong({ agents, health, history, providers, onSelect, onOpen }: WhatIsWrongProps) {
  const now = useNowUntil(...agents.map(({ provider_state: { paused, retry_at } }) => (paused ? retry_at : null)));
  const found = useMemo(() => findings(agents, health, history?.flips, now, providers), [agents, health, history, now, providers]);
  return (
    <Headline
      findings={found}
      quiet={allIsWell(agents)}
      onOpen={onOpen}
      onShow={({ filter }) => filter && onSelect({ ...noLimits, ...filter })}
    />
  );
}

/** The fleet: what is wrong, its counts, and every agent. */
export function AgentsView({ agents, usage, history, health, providers, columns, phone, selection, onSelect, onClear, onOpen }: Props) {
  const { data: began = null } = useGetBeginQuery();
  const wanted = useDeferredValue(selection);
  const tokensOf = useMemo(() => tokenTable(usage), [usage]);
  const counts = useMemo(() => countFleet(agents), [agents]);
  const shown = useMemo(() => selectAgents(agents, wanted, tokensOf), [agents, wanted, tokensOf]);
  const limited = selection.text !== '' || selection.tier !== null || selection.activity !== null;
  return (
    <Stack gap="sm">
      <WhatIsWrong agents={agents} health={health} history={history} providers={providers} onSelect={onSelect} onOpen={onOpen} />
      <FleetStrip counts={counts} selection={selection} onChange={onSelect} />
      {limited && (
        <Group gap="xs">
          <Text size="sm" c="dimmed" role="status">
            {count(shown.length)} of {count(agents.length)} agents
          </Text>
          <Button size="compact-xs" variant="subtle" onClick={onClear}>
            Show all
          </Button>
        </Group>
      )}
      {shown.length === 0 ? (
        <EmptyState
          icon={<IconSearchOff size={28} />}
          title="No agent matches"
          action={<Button onClick={onClear}>Show all {count(agents.length)}</Button>}
        >
          The search covers names, types, modes and the model in use.
        </EmptyState>
      ) : (
        <AgentsTable
          agents={shown}
          columns={columns}
          phone={phone}
          history={history}
          began={began}
          tokensOf={tokensOf}
          window={usage?.window ?? ''}
          sort={selection}
          onSort={(key) => onSelect(nextSort(selection, key))}
          onOpen={onOpen}
        />
      )}
      <Announcer agents={agents} />
    </Stack>
  );
}
