import { lazy, Suspense } from 'react';
import { useGetHealthQuery } from '../api/fleetApi';
import { useTour } from '../shared/state';

const DemoTour = lazy(() => import('../features/demo/DemoTour'));

/** Only in the demo, and until it is closed; a real fleet does not even load it. */
export function DemoNotice({ onClosed }: { onClosed: () => void }) {
  const { isDemo } = useGetHealthQuery(undefined, { selectFromResult: ({ data }) => ({ isDemo: data?.demo === true }) });
  const [isClosed] = useTour();
  if (!isDemo || isClosed) return null;
  return (
    <Suspense>
      <DemoTour onClosed={onClosed} />
    </Suspense>
  );
}
