import { delay, http, HttpResponse } from 'msw';
import { createMemoryRouter } from 'react-router';
import { describe, expect, it } from 'vitest';
import { fleetApi } from '../api/fleetApi';
import { server } from '../testing/server';
import { createStore } from './store';
import { untilReady } from './untilReady';

function world() {
  const store = createStore();
  const ask = () => {
    void store.dispatch(fleetApi.endpoints.getFleet.initiate());
    void store.dispatch(fleetApi.endpoints.getSession.initiate());
  };
  return { store, ask, fleet: () => fleetApi.endpoints.getFleet.select()(store.getState()) };
}

describe('untilReady', () => {
  it('waits for the page and for the answers', async () => {
    const { store, ask, fleet } = world();
    const page = { Component: () => null };
    let arrive: (here: typeof page) => void = () => {};
    const onTheWay = new Promise<typeof page>((resolve) => (arrive = resolve));
    const router = createMemoryRouter([{ path: '/', lazy: () => onTheWay }]);
    let ready = false;
    ask();
    const waiting = untilReady(store, router).then(() => (ready = true));
    await expect.poll(() => fleet().isSuccess).toBe(true);
    expect(ready).toBe(false);
    arrive(page);
    await waiting;
    expect(router.state.initialized).toBe(true);
  });

  it('takes a refusal for an answer', async () => {
    server.use(http.get('*/agents', () => HttpResponse.json({ detail: 'A token is needed.' }, { status: 401 })));
    const { store, ask, fleet } = world();
    ask();
    await untilReady(store, createMemoryRouter([{ path: '/', element: null }]));
    expect(fleet().isError).toBe(true);
  });

  it('does not wait long for a daemon that is silent', async () => {
    server.use(http.get('*/agents', () => delay('infinite')));
    const { store, ask, fleet } = world();
    ask();
    await untilReady(store, createMemoryRouter([{ path: '/', element: null }]));
    expect(fleet().isLoading).toBe(true);
  });
});
