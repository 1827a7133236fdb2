import { lazy, Suspense, useEffect, useState } from 'react';

const Notifications = lazy(async () => ({ default: (await import('@mantine/notifications')).Notifications }));

interface Props {
  /** How long nothing competes with the page for the network. */
  afterMs: number;
}

/** Where notifications appear; loaded after the page is drawn. Earlier notifications wait for it. */
export function LaterNotifications({ afterMs }: Props) {
  const [due, setDue] = useState(afterMs === 0);
  useEffect(() => {
    if (due) return;
    const timer = setTimeout(() => setDue(true), afterMs);
    return () => clearTimeout(timer);
  }, [due, afterMs]);
  if (!due) return null;
  return (
    <Suspense>
      <Notifications position="bottom-right" />
    </Suspense>
  );
}
