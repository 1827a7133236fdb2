import { act, screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { beforeEach, expect, it, vi } from 'vitest';
import type { Envelope } from '../../api/types';
import { now } from '../../testing/fixtures';
import { refuse } from '../../testing/handlers';
import { renderWithStore } from '../../testing/render';
import { server } from '../../testing/server';
import DemoTour from './DemoTour';
import { story } from './fixtures';

let happened: Envelope[] = [];
let asked = 0;
const onClosed = vi.fn();

beforeEach(() => {
  localStorage.clear();
  vi.setSystemTime(now);
  happened = [];
  asked = 0;
  server.use(
    http.get('*/event-log', () => {
      asked++;
      return HttpResponse.json(happened);
    }),
  );
});

const show = () => renderWithStore(<DemoTour onClosed={onClosed} />, { at: '/agents' });
const tour = () => screen.getByRole('region', { name: 'This is the demo' });
const steps = () => within(within(tour()).getByRole('list', { name: 'What to look at' })).getAllByRole('listitem');
const marks = () => steps().map((step) => within(step).getByRole('img').getAttribute('aria-label'));

it('says that this is the demo, and before anything happened what will', async () => {
  show();
  expect(tour()).toHaveTextContent('providers on this machine that fail as scripted');
  expect(marks()).toEqual(['not yet', 'not yet', 'not yet', 'not yet']);
  expect(within(tour()).getByRole('status')).toHaveTextContent('0 of 4 have happened.');
  await waitFor(() => expect(asked).toBe(1));
});

it('ticks off what happens, with its words and a link to where it is seen', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true, now });
  show();
  await waitFor(() => expect(asked).toBe(1));
  happened = story.slice(0, 3);
  await act(() => vi.advanceTimersByTimeAsync(2_000));
  await waitFor(() => expect(marks()).toEqual(['happened', 'happened', 'not yet', 'not yet']));
  expect(within(tour()).getByRole('status')).toHaveTextContent('2 of 4 have happened.');
  expect(steps()[1]).toHaveTextContent('reviewer-default ① → ②: 401 invalid x-api-key · ');
  const links = within(tour()).getAllByRole('link');
  expect(links.map((link) => link.getAttribute('href'))).toEqual([
    '/agents/reviewer-default?tab=activity',
    '/agents/reviewer-default?tab=chain',
    '/providers',
    '/agents',
  ]);
  vi.useRealTimers();
});

it('asks no more when all has happened, and says where to go on', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true, now });
  happened = story;
  show();
  expect(await screen.findByText('All 4 have happened.')).toBeVisible();
  expect(within(tour()).getByRole('link', { name: 'Rollouts' })).toHaveAttribute('href', '/rollouts');
  const before = asked;
  await act(() => vi.advanceTimersByTimeAsync(10_000));
  expect(asked).toBe(before);
  vi.useRealTimers();
});

it('is closed by the keyboard, which is remembered', async () => {
  const { user, store } = show();
  await user.tab();
  expect(screen.getByRole('button', { name: 'Close the tour of the demo' })).toHaveFocus();
  await user.keyboard('{Enter}');
  expect(store.getState().tour.closed).toBe(true);
  expect(localStorage.getItem('understudy.tour.closed')).toBe('true');
  expect(onClosed).toHaveBeenCalledOnce(); // the focus needs another place
});

it('still says that this is the demo where the story cannot be read', async () => {
  server.use(refuse('get', '/event-log', 503, 'Unavailable', 'The store is being repaired.'));
  show();
  await waitFor(() => expect(marks()).toHaveLength(4));
  expect(tour()).toBeVisible();
});
