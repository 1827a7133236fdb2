import { lazy, Suspense, useEffect, useState } from 'react';
import { useLocation } from 'react-router';
import { drawerOf } from '../shared/drawer';
import { drawerShown, useAppDispatch, useUi } from '../shared/state';

const DrawerHost = lazy(async () => ({ default: (await import('./DrawerHost')).DrawerHost }));

/** The address says what the drawer shows; the store holds that for everyone to see. The drawer itself is loaded when first needed. */
export function DrawerMount() {
  const location = useLocation();
  const dispatch = useAppDispatch();
  const wanted = useUi((state) => state.drawer.content !== null);
  const [used, setUsed] = useState(wanted);
  if (wanted && !used) setUsed(true);
  useEffect(() => {
    dispatch(drawerShown(drawerOf(location)));
  }, [dispatch, location]);
  if (!used) return null;
  return (
    <Suspense>
      <DrawerHost />
    </Suspense>
  );
}
