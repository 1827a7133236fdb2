import type { Agent } from '../../api/types';
import { useNowUntil } from '../useNow';
import { retryIn } from './tier';
import classes from './agent.module.css';

interface Props {
  agent: Pick<Agent, 'name' | 'provider_state'>;
  /** The row owns the test ids of its agent; a second place on the page leaves them out. */
  again?: boolean;
}

function Countdown({ agent, again = false }: Props) {
  const when = retryIn(agent, useNowUntil(agent.provider_state.retry_at));
  if (when === null) return null;
  // The brackets belong to the sentence, not to the countdown.
  return (
    <span className={classes.retry}>
      (<span data-testid={again ? undefined : `agent-cooldown-${agent.name}`}>retry {when}</span>)
    </span>
  );
}

/** `(retry in 12m)`: when a better tier may serve again. Nothing once that moment has passed. */
export function Cooldown({ agent, again = false }: Props) {
  return agent.provider_state.retry_at === null ? null : <Countdown agent={agent} again={again} />;
}
