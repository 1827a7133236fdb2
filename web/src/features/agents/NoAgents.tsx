import { Button } from '@mantine/core';
import { IconRobot } from '@tabler/icons-react';
import { Link } from 'react-router';
import { EmptyState } from '../../shared/EmptyState';

export function NoAgents() {
  return (
    <EmptyState
      icon={<IconRobot size={28} />}
      title="No agents yet"
      action={
        <Button component={Link} to="/config">
          Add an agent type
        </Button>
      }
    >
      An agent type says which providers serve it, in which order, and how many instances there are. To see a fleet at work first, run{' '}
      <code>./dev run</code>: without arguments it starts a demo with providers that fail as scripted.
    </EmptyState>
  );
}
