import { Anchor, Skeleton, Stack, Tabs } from '@mantine/core';
import { IconRobotOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useAgent } from '../../api/fleetApi';
import type { Agent } from '../../api/types';
import { useOpenDrawer } from '../../shared/drawer';
import { EmptyState } from '../../shared/EmptyState';
import { ActivityTab } from './activity/ActivityTab';
import classes from './AgentDrawer.module.css';
import { AgentHeader } from './AgentHeader';
import { ChainTab } from './chain/ChainTab';
import { LifecycleTab } from './lifecycle/LifecycleTab';
import { PanelProblem } from '../../shared/PanelProblem';
import { tabLabels, tabOf, tabs, type Tab } from './tabs';
import { TaskTab } from './task/TaskTab';
import { WhyTab } from './why/WhyTab';

const contents: Record<Tab, (agent: Agent) => ReactNode> = {
  chain: (agent) => <ChainTab agent={agent} />,
  activity: (agent) => <ActivityTab agent={agent} />,
  lifecycle: (agent) => <LifecycleTab agent={agent} />,
  why: (agent) => <WhyTab agent={agent} />,
  task: (agent) => <TaskTab agent={agent} />,
};

/** The open tab is never scrolled out of sight. */
function intoView(tab: HTMLElement | null) {
  tab?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

function Known({ agent, tab }: { agent: Agent; tab: Tab }) {
  const open = useOpenDrawer();
  return (
    <Stack gap="md">
      <AgentHeader agent={agent} />
      <Tabs value={tab} onChange={(next) => open({ kind: 'agent', name: agent.name, tab: next })} keepMounted={false}>
        <Tabs.List className={classes.tabs} aria-label={`About ${agent.name}`}>
          {tabs.map((each) => (
            <Tabs.Tab key={each} value={each} className={classes.tab} ref={each === tab ? intoView : undefined}>
              {tabLabels[each]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map((each) => (
          <Tabs.Panel key={each} value={each} pt="md">
            {each === tab && contents[each](agent)}
          </Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  );
}

function Unknown({ name }: { name: string }) {
  return (
    <EmptyState
      icon={<IconRobotOff size={28} />}
      title={`There is no agent ${name}`}
      action={
        <Anchor component={Link} to="/agents" fz="sm">
          All agents
        </Anchor>
      }
    >
      It may have been renamed or removed from the configuration. Its past tasks are still among the rollouts.
    </EmptyState>
  );
}

/** One agent: its state, why, and what can be done about it. */
export default function AgentDrawer({ name, tab }: { name: string; tab: string | null }) {
  const { agent, isLoading, error } = useAgent(name);
  if (agent !== undefined) return <Known key={name} agent={agent} tab={tabOf(tab)} />;
  if (isLoading) {
    return (
      <Stack aria-busy="true">
        <Skeleton h={64} />
        <Skeleton h={36} />
        <Skeleton h={240} />
      </Stack>
    );
  }
  if (error !== undefined) return <PanelProblem what="The agent could not be loaded" error={error} />;
  return <Unknown name={name} />;
}
