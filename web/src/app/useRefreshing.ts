import { useEffect, useState } from 'react';
import { useSelector } from 'react-redux';
import type { AppState } from './store';

function isFetching({ api }: AppState): boolean {
  for (const query of Object.values(api.queries)) if (query?.status === 'pending') return true;
  return false;
}

/** True once a request has taken a third of a second: quick responses do not make the page blink. */
export function useRefreshing(): boolean {
  const fetching = useSelector(isFetching);
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(fetching), fetching ? 333 : 0);
    return () => clearTimeout(timer);
  }, [fetching]);
  return shown && fetching;
}
