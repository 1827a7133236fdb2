import type { Held } from '../../api/types';
import { timestamp } from '../format';
import { useNowUntil } from '../useNow';
import { Countdown } from './Countdown';
import { heldWords } from './held';

interface Props {
  held: Held;
  /** The time until then is already shown beside it. */
  isCounted?: boolean;
}

/** `waits for anthropic until 23:45 (quota), in 12m`: what a task or an agent waits for. The reason on hover. */
export function HeldLine({ held, isCounted = false }: Props) {
  const { until, provider, model, reason } = held;
  const now = useNowUntil(until);
  const hint = [`${provider} ${model}`, reason, until == null ? '' : `until ${timestamp(until)}`].filter((part) => part !== '').join(' · ');
  return (
    <span title={hint}>
      {heldWords(held, now)}
      {!isCounted && until != null && until > now && (
        <>
          , <Countdown until={until} />
        </>
      )}
    </span>
  );
}
