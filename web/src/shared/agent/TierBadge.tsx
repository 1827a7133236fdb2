import { Tooltip } from '@mantine/core';
import { IconGasStation } from '@tabler/icons-react';
import type { Agent } from '../../api/types';
import { useNow } from '../useNow';
import { tierHint, tierText, tierTone } from './tier';
import classes from './agent.module.css';

interface Props {
  agent: Pick<Agent, 'name' | 'provider_state'>;
  /** The row owns the test ids of its agent; a second place on the page leaves them out. */
  again?: boolean;
}

/** Mounted only while the tooltip is open, so that a thousand badges need no timer. */
function Hint({ agent }: Pick<Props, 'agent'>) {
  const now = useNow(30_000);
  return tierHint(agent, now);
}

/** Which model serves the agent now; amber on a fallback, red when nothing serves it. Why and since when on hover. */
export function TierBadge({ agent, again = false }: Props) {
  const { name, provider_state: state } = agent;
  const badge = (
    <span className={classes.badge} data-testid={again ? undefined : `agent-tier-badge-${name}`} data-tone={tierTone(agent)}>
      {tierText(agent)}
    </span>
  );
  return (
    <span className={classes.line}>
      {/* Most badges have nothing to add, and a tooltip costs more than the badge. */}
      {tierHint(agent, 0) === null ? badge : <Tooltip label={<Hint agent={agent} />}>{badge}</Tooltip>}
      {state.last_failure_kind === 'token_budget' ? (
        <span
          className={classes.fuel}
          data-testid={again ? undefined : `agent-tier-icon-${name}`}
          role="img"
          aria-label="token budget used up"
          title="the token budget of the tier above is used up"
        >
          {/* Drawn, because not every system has a font with the glyph. */}
          <IconGasStation size={16} aria-hidden />
          <span className={classes.unseen}>⛽</span>
        </span>
      ) : (
        state.last_failure_kind !== null && <span className={classes.unseen}>because of {state.last_failure_kind}</span>
      )}
    </span>
  );
}
