import type { createBrowserRouter } from 'react-router';
import { fleetApi } from '../api/fleetApi';
import type { AppStore } from './store';

type Router = Pick<ReturnType<typeof createBrowserRouter>, 'state' | 'subscribe'>;

/** Drawing once with all data is cheaper than twice, and nothing jumps; but the wait for a silent daemon is short. */
const patienceMs = 400;

function whenInitialized(router: Router): Promise<void> {
  return new Promise((resolve) => {
    if (router.state.initialized) return resolve();
    const unsubscribe = router.subscribe((state) => {
      if (!state.initialized) return;
      unsubscribe();
      resolve();
    });
  });
}

function whenAnswered(store: AppStore): Promise<void> {
  return new Promise((resolve) => {
    const { getFleet, getSession } = fleetApi.endpoints;
    const selects = [getFleet.select(), getSession.select()];
    const done = () => {
      clearTimeout(timer);
      unsubscribe();
      resolve();
    };
    const timer = setTimeout(done, patienceMs);
    const unsubscribe = store.subscribe(() => {
      const state = store.getState();
      if (selects.map((select) => select(state)).every(({ isSuccess, isError }) => isSuccess || isError)) done();
    });
  });
}

/** Resolves when the page's code, the first snapshot of the fleet and the session are loaded, or take too long. */
export async function untilReady(store: AppStore, router: Router): Promise<void> {
  await Promise.all([whenInitialized(router), whenAnswered(store)]);
}
