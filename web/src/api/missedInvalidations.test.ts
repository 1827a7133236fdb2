import { http, HttpResponse } from 'msw';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStore, type AppStore } from '../app/store';
import { signIn } from '../features/session/sessionApi';
import { server } from '../testing/server';
import { fleet } from '../testing/fixtures';
import { api } from './api';
import { fleetApi } from './fleetApi';

interface Pending {
  path: string;
  answer: (body: unknown, status?: number) => void;
}

let store: AppStore;
let pending: Pending[];

/** Every GET waits until the test answers it. */
function hold(path: string) {
  return http.all(path, ({ request }) => {
    return new Promise<Response>((resolve) => {
      pending.push({
        path: new URL(request.url).pathname,
        answer: (body, status = 200) => resolve(HttpResponse.json(body as never, { status, headers: { 'Event-Seq': '7' } })),
      });
    });
  });
}

async function asked(count: number, path: string) {
  await vi.waitFor(() => expect(pending.filter((each) => each.path === path)).toHaveLength(count));
  return pending.filter((each) => each.path === path)[count - 1]!;
}

/** A later request is the marker that there were no others. */
async function nothingBefore(...paths: string[]) {
  store.dispatch(fleetApi.endpoints.getHealth.initiate());
  await asked(1, '/health');
  expect(pending.map(({ path }) => path)).toEqual([...paths, '/health']);
}

const loaded = (query: PromiseLike<unknown>) => Promise.resolve(query);

describe('missedInvalidations', () => {
  beforeEach(() => {
    pending = [];
    server.use(hold('*/agents'), hold('*/health'), hold('*/usage'), hold('*/session'));
    store = createStore();
  });
  afterEach(() => {
    for (const each of pending) each.answer([]);
  });

  it('fetches a snapshot once more when it was on its way as the event came', async () => {
    const query = store.dispatch(fleetApi.endpoints.getFleet.initiate());
    const first = await asked(1, '/agents');
    store.dispatch(api.util.invalidateTags(['Agents']));
    first.answer([]);
    (await asked(2, '/agents')).answer(fleet);
    await vi.waitFor(() => expect(fleetApi.endpoints.getFleet.select()(store.getState()).data?.agents).toEqual(fleet));
    query.unsubscribe();
  });

  it('fetches it no more than once, however many events came', async () => {
    const query = store.dispatch(fleetApi.endpoints.getFleet.initiate());
    const first = await asked(1, '/agents');
    for (let i = 0; i < 5; i += 1) store.dispatch(api.util.invalidateTags(['Agents', { type: 'Why', id: 'a' }]));
    first.answer([]);
    (await asked(2, '/agents')).answer([]);
    await loaded(query);
    await nothingBefore('/agents', '/agents');
    query.unsubscribe();
  });

  it('does not refetch what the event does not touch', async () => {
    const query = store.dispatch(fleetApi.endpoints.getFleet.initiate());
    const first = await asked(1, '/agents');
    store.dispatch(api.util.invalidateTags(['Usage', { type: 'Why', id: 'a' }]));
    first.answer([]);
    await loaded(query);
    await nothingBefore('/agents');
  });

  it('does not let a slow answer keep the others from being fetched', async () => {
    store.dispatch(fleetApi.endpoints.getUsage.initiate());
    await asked(1, '/usage');
    const query = store.dispatch(fleetApi.endpoints.getFleet.initiate());
    (await asked(1, '/agents')).answer([]);
    await loaded(query);
    store.dispatch(api.util.invalidateTags(['Agents']));
    await asked(2, '/agents');
  });

  it('fetches once more what was on its way while a change was made', async () => {
    store.dispatch(fleetApi.endpoints.getFleet.initiate());
    const first = await asked(1, '/agents');
    store.dispatch(signIn.initiate({ address: '', token: 'secret' }));
    const change = await asked(1, '/session');
    change.answer({ secret: 'of-the-session', role: 'operator', name: 'operator' });
    await vi.waitFor(() => expect(Object.values(store.getState().api.mutations)[0]?.status).toBe('fulfilled'));
    first.answer([]);
    await asked(2, '/agents');
  });

  it('forgets with the data', async () => {
    const query = store.dispatch(fleetApi.endpoints.getFleet.initiate());
    const first = await asked(1, '/agents');
    store.dispatch(api.util.invalidateTags(['Agents']));
    store.dispatch(api.util.resetApiState());
    const again = store.dispatch(fleetApi.endpoints.getFleet.initiate());
    first.answer([]);
    await loaded(query);
    (await asked(2, '/agents')).answer([]);
    await loaded(again);
    await nothingBefore('/agents', '/agents');
  });
});
