import { useEffect, useState } from 'react';
import { useOpenDrawer } from '../../../shared/drawer';
import { duration, shortId } from '../../../shared/format';
import { useNow } from '../../../shared/useNow';
import classes from '../agents.module.css';
import { useGetRunningTaskQuery } from '../agentsApi';

/** A one-second task needs no age, and a fleet of short tasks must not make a request for each. */
const worthAskingMs = 1500;

function Age({ id }: { id: string }) {
  const { startedAt } = useGetRunningTaskQuery(id, {
    selectFromResult: ({ data }) => ({ startedAt: data === undefined ? null : (data.attempt?.start_time ?? data.start_time) * 1000 }),
  });
  const now = useNow(10_000);
  if (startedAt === null) return null;
  const ran = Math.max(0, now - startedAt);
  return <span className={classes.age}>{ran < 60_000 ? '<1m' : duration(Math.floor(ran / 60_000) * 60_000)}</span>;
}

/** Which task runs, a link to its transcript, and for how long. */
export function CurrentTask({ id }: { id: string }) {
  const open = useOpenDrawer();
  const [lasting, setLasting] = useState<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setLasting(id), worthAskingMs);
    return () => clearTimeout(timer);
  }, [id]);
  return (
    <span className={classes.task}>
      <button
        type="button"
        className={classes.link}
        aria-label={`${shortId(id, 9)}: transcript of ${id}`}
        data-hint={`Transcript of ${id}`}
        onClick={() => open({ kind: 'transcript', rolloutId: id, attemptId: null })}
      >
        {shortId(id, 9)}
      </button>
      {lasting === id && <Age id={id} />}
    </span>
  );
}
