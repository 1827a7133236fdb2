import { Badge, Tabs } from '@mantine/core';
import { useEditing } from '../fields/editing';
import { placeOfProblem, tabs, isTab, type Tab } from '../model/places';
import { AgentTab } from './AgentTab';
import { ChainEditor } from './ChainEditor';
import { ContainerTab } from './ContainerTab';
import { FailoverBlock } from './FailoverBlock';
import { InstancesTab } from './InstancesTab';
import classes from './TypeWizard.module.css';

const labels: Record<Tab, string> = { provider: 'Provider', container: 'Container', agent: 'Agent', instances: 'Instances' };

function panelOf(tab: Tab, type: string) {
  switch (tab) {
    case 'provider':
      return (
        <>
          <ChainEditor type={type} />
          <div style={{ height: 24 }} />
          <FailoverBlock type={type} />
        </>
      );
    case 'container':
      return <ContainerTab type={type} />;
    case 'agent':
      return <AgentTab type={type} />;
    case 'instances':
      return <InstancesTab type={type} />;
  }
}

interface Props {
  type: string;
  tab: Tab;
  onTab: (tab: Tab) => void;
}

export function TypeWizard({ type, tab, onTab }: Props) {
  const { errors } = useEditing();
  const wrong = (each: Tab) =>
    errors.map(({ path }) => placeOfProblem(path)).filter((place) => place.type === type && place.tab === each).length;
  return (
    <Tabs value={tab} onChange={(next) => isTab(next) && onTab(next)} keepMounted={false} key={type}>
      <Tabs.List mb="md" className={classes.tabs}>
        {tabs.map((each) => (
          <Tabs.Tab
            key={each}
            value={each}
            rightSection={
              wrong(each) > 0 ? (
                <Badge size="sm" color="red" variant="light" aria-label={`${wrong(each)} wrong`}>
                  ✕ {wrong(each)}
                </Badge>
              ) : undefined
            }
          >
            {labels[each]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map((each) => (
        <Tabs.Panel key={each} value={each}>
          {panelOf(each, type)}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
