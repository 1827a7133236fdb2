import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import { count } from '../../shared/format';

const named = 6;

export function agentsOn(model: string): string {
  return `/agents?q=${encodeURIComponent(model)}`;
}

/** Who is on a model now, with links; of many only the first. */
export function AgentsOn({ model, agents }: { model: string; agents: string[] }) {
  if (agents.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        no agent on it
      </Text>
    );
  }
  const more = agents.length - named;
  return (
    <Text size="sm" component="div" style={{ overflowWrap: 'anywhere' }}>
      {agents.slice(0, named).map((name, index) => (
        <span key={name}>
          {index > 0 && ', '}
          <Anchor component={Link} to={`/agents/${encodeURIComponent(name)}`} fz="sm">
            {name}
          </Anchor>
        </span>
      ))}
      {more > 0 && (
        <>
          {' and '}
          <Anchor component={Link} to={agentsOn(model)} fz="sm">
            {count(more)} more
          </Anchor>
        </>
      )}
    </Text>
  );
}
