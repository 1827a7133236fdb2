import { Button, Text } from '@mantine/core';
import type { ProviderEvent } from '../../../api/types';
import { RelativeTime } from '../../../shared/RelativeTime';
import classes from '../EventList.module.css';
import { TranscriptLink } from '../TranscriptLink';
import { ledgerLine, lookOf } from './ledger';

interface Props {
  /** Newest first. */
  events: ProviderEvent[];
  hasOlder: boolean;
  isLoadingOlder: boolean;
  onShowOlder: () => void;
}

function Row({ event }: { event: ProviderEvent }) {
  const { word, icon: Icon, tone } = lookOf(event.kind);
  return (
    <li className={classes.row} data-testid={`provider-event-${event.id}`}>
      <span className={classes.icon} data-tone={tone}>
        <Icon size={16} aria-hidden />
      </span>
      <div className={classes.text}>
        <div>{ledgerLine(event)}</div>
        <Text size="xs" c="dimmed" component="div">
          {word} · <RelativeTime at={event.ts} />
        </Text>
      </div>
      {event.rollout_id != null && (
        <TranscriptLink rolloutId={event.rollout_id} attemptId={event.attempt_id} label={`view raw transcript of ${event.rollout_id}`}>
          view raw
        </TranscriptLink>
      )}
    </li>
  );
}

/** Every flip, reset and pause; its cause is a click away. */
export function ProviderLog({ events, hasOlder, isLoadingOlder, onShowOlder }: Props) {
  return (
    <div>
      {events.length === 0 ? (
        <Text size="sm" c="dimmed">
          {hasOlder ? 'No failover, reset or pause in the last 7 days.' : 'No failover, reset or pause so far.'}
        </Text>
      ) : (
        <ol className={classes.list} aria-label="Provider events, newest first">
          {events.map((event) => (
            <Row key={event.id} event={event} />
          ))}
        </ol>
      )}
      {hasOlder && (
        <Button variant="subtle" size="compact-sm" mt="xs" loading={isLoadingOlder} onClick={onShowOlder}>
          Show older
        </Button>
      )}
    </div>
  );
}
