import type { ProviderHealth } from '../../api/types';
import { timestamp } from '../format';
import { useNowUntil } from '../useNow';
import { Countdown } from './Countdown';
import classes from './health.module.css';
import { healthLooks, healthWords } from './words';

/** `✕ out until 23:45 (in 12m)`: whether it serves, with glyph and words. */
export function HealthBadge({ health }: { health: ProviderHealth }) {
  const { glyph, tone } = healthLooks[health.state];
  const until = health.state === 'open' ? health.until : undefined;
  const now = useNowUntil(until);
  return (
    <span className={classes.line}>
      <span
        className={classes.badge}
        data-tone={tone}
        data-state={health.state}
        title={until == null ? undefined : `until ${timestamp(until)}`}
      >
        <span aria-hidden>{glyph} </span>
        {healthWords(health, now)}
      </span>
      {until != null && until > now && (
        <span className={classes.countdown}>
          (<Countdown until={until} />)
        </span>
      )}
    </span>
  );
}
