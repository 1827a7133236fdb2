import { act, screen, waitFor } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { expect, it, vi } from 'vitest';
import { api } from '../../api/api';
import { now, started } from '../../testing/fixtures';
import { answer } from '../../testing/handlers';
import { renderWithStore } from '../../testing/render';
import { server } from '../../testing/server';
import AgentsPage from './AgentsPage';
import { dayUsage, flipEvent, hour, providerDay, runningTask } from './fixtures';

const others = [answer('get', '/usage', dayUsage), answer('get', '/rollouts/{id}', runningTask('ro-41f7c2e9ab03'))];
const open = () => renderWithStore(<AgentsPage />, { at: '/agents' });

it('asks for the day once and then only for what is new', async () => {
  const asked: string[] = [];
  let events = providerDay;
  server.use(
    http.get('*/event-log', ({ request }) => {
      const query = new URL(request.url).searchParams;
      if (query.get('limit') === '1') return HttpResponse.json(providerDay.slice(0, 1));
      asked.push(query.has('since') ? 'since' : `after ${query.get('after')}`);
      return HttpResponse.json(events.filter(({ id }) => id > Number(query.get('after') ?? 0)));
    }),
    ...others,
  );
  const { store } = open();
  await waitFor(() => expect(asked).toEqual(['since']));
  events = [...events, flipEvent(60, 'writer-a', Date.now() - hour, 1, 2, 'quota')];
  act(() => void store.dispatch(api.util.invalidateTags(['FleetHistory'])));
  await waitFor(() => expect(screen.getByRole('img', { name: /writer-a in the last 24 hours: .*1 change/ })).toBeInTheDocument());
  expect(asked).toEqual(['since', 'after 46']);
  // Another log, without our newest event: from the beginning.
  events = [flipEvent(3, 'writer-a', Date.now() - hour, 1, 3, 'quota')];
  act(() => void store.dispatch(api.util.invalidateTags(['FleetHistory'])));
  await waitFor(() => expect(asked).toEqual(['since', 'after 46', 'after 59', 'since']));
});

it('draws only the time that there has been a fleet', async () => {
  vi.setSystemTime(now);
  const flip = flipEvent(2, 'writer-a', now - 20_000, 1, 2, 'quota');
  server.use(
    http.get('*/event-log', ({ request }) => {
      const isFirst = new URL(request.url).searchParams.get('limit') === '1';
      return HttpResponse.json([isFirst ? { ...started, id: 1, ts: now - 80_000 } : flip]);
    }),
    ...others,
  );
  open();
  expect(await screen.findByRole('img', { name: 'writer-a in its first 1m 20s: ① 75 %, ② 25 %, 1 change' })).toBeInTheDocument();
});
