import { Button } from '@mantine/core';
import { IconRobot } from '@tabler/icons-react';
import { EmptyState } from '../../../shared/EmptyState';
import { ConfirmDialog } from '../fields/ConfirmDialog';
import { useEditing } from '../fields/editing';
import { NameDialog } from '../fields/NameDialog';
import { providersOf } from '../model/types';
import type { Place } from '../model/places';
import { useTypeActions } from './useTypeActions';

/** The first thing a new operator sees here: what to create, in which order. */
export function NoTypes({ onPlace }: { onPlace: (place: Partial<Place>) => void }) {
  const { document } = useEditing();
  const actions = useTypeActions((type) => onPlace({ section: 'types', type, tab: 'provider' }));
  const noProviders = Object.keys(providersOf(document)).length === 0;
  return (
    <>
      <EmptyState
        icon={<IconRobot size={28} />}
        title="No agent types yet"
        action={
          noProviders ? (
            <Button onClick={() => onPlace({ section: 'providers' })}>Start with a provider</Button>
          ) : (
            <Button onClick={actions.add}>Add the first agent type</Button>
          )
        }
      >
        {noProviders
          ? 'An agent type runs on a chain of providers. First say who serves the models; then add a type.'
          : 'It says which models serve its agents in which order, where they run, and how many there are. It starts as a child process that runs Claude Code; everything can be changed.'}
      </EmptyState>
      <NameDialog question={actions.question} onClose={actions.closeQuestion} />
      <ConfirmDialog asked={actions.asked} onClose={actions.closeAsked} />
    </>
  );
}
