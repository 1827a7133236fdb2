import { Text } from '@mantine/core';
import type { ProviderHealth } from '../../api/types';
import { RelativeTime } from '../RelativeTime';
import { kindWords, scopeWords } from './words';

interface Props {
  health: ProviderHealth;
  /** Whom the place it is shown at is about; said only where the health is about somebody else. */
  scope?: ProviderHealth['scope'];
}

/** `the allowance is used up: 429 quota · all models of the account · 47m ago, seen by reviewer-b`. */
export function HealthReason({ health, scope = 'tier' }: Props) {
  const { kind, reason, since, seen_by: seenBy } = health;
  if (health.state === 'closed') return null;
  // Without a sign-in the daemon sends the kind in place of the reason.
  const cause = kind == null || health.state === 'unconfigured' ? reason : [kindWords[kind], reason ?? kind].join(': ');
  const saw = seenBy == null ? null : <span>seen by {seenBy}</span>;
  const parts = [
    cause == null ? null : <span>{cause}</span>,
    health.scope === scope ? null : <span>{scopeWords[health.scope]}</span>,
    since == null ? (
      saw
    ) : (
      <span>
        <RelativeTime at={since} />
        {saw !== null && <>, {saw}</>}
      </span>
    ),
  ].filter((part) => part !== null);
  return (
    <Text size="xs" c="dimmed" component="div" style={{ overflowWrap: 'anywhere' }}>
      {parts.map((part, index) => (
        <span key={index}>
          {index > 0 && ' · '}
          {part}
        </span>
      ))}
    </Text>
  );
}
