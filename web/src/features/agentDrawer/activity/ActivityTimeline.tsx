import { Button, Text } from '@mantine/core';
import { IconPointFilled } from '@tabler/icons-react';
import { useState } from 'react';
import { useReadsWords } from '../../../api/role';
import type { LifecycleEvent } from '../../../api/types';
import { RelativeTime } from '../../../shared/RelativeTime';
import { SignInToRead } from '../../../shared/SignInToRead';
import classes from '../EventList.module.css';
import { eventLooks, failureOf } from './activity';

const step = 50;

function lines(log: string): string {
  const count = log.split('\n').length;
  return count === 1 ? '1 line' : `${count} lines`;
}

function Failure({ event }: { event: LifecycleEvent }) {
  const { error, logTail } = failureOf(event);
  const reads = useReadsWords();
  if (!reads && (error !== null || logTail !== null)) {
    return (
      <div>
        <SignInToRead what="why" />
      </div>
    );
  }
  return (
    <>
      {error !== null && (
        <Text size="xs" mt={2} style={{ whiteSpace: 'pre-line' }}>
          {error}
        </Text>
      )}
      {logTail !== null && (
        <details>
          <summary className={classes.summary}>Log tail, {lines(logTail)}</summary>
          <pre className={classes.log} tabIndex={0} aria-label="Log tail">
            {logTail}
          </pre>
        </details>
      )}
    </>
  );
}

function Row({ event }: { event: LifecycleEvent }) {
  const { icon: Icon, tone } = eventLooks[event.type] ?? { icon: IconPointFilled, tone: 'neutral' };
  return (
    <li className={classes.row} data-testid={`activity-event-${event.id}`}>
      <span className={classes.icon} data-tone={tone}>
        <Icon size={16} aria-hidden />
      </span>
      <div className={classes.text}>
        {event.summary}
        <Failure event={event} />
      </div>
      <span className={classes.aside}>
        <RelativeTime at={event.ts} />
      </span>
    </li>
  );
}

/** What happened to the container, newest first, in the daemon's own words. */
export function ActivityTimeline({ events }: { events: LifecycleEvent[] }) {
  const [shown, setShown] = useState(step);
  return (
    <div>
      <ol className={classes.list} aria-label="Activity, newest first">
        {events.slice(0, shown).map((event) => (
          <Row key={event.id} event={event} />
        ))}
      </ol>
      {events.length > shown && (
        <Button variant="subtle" size="compact-sm" mt="xs" onClick={() => setShown(shown + step)}>
          Show older
        </Button>
      )}
    </div>
  );
}
