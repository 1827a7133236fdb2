import { screen, waitFor } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { renderRoutes } from '../testing/render';
import { server } from '../testing/server';
import { isMissingChunk, reloadForMissingChunk } from './chunkReload';
import { PageError } from './PageError';

const gone = new TypeError('Failed to fetch dynamically imported module: http://x/assets/AgentsPage-1a2b.js');

describe('PageError', () => {
  beforeEach(() => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
  });

  it('shows what broke, and leads on', async () => {
    const Broken = () => {
      throw new Error('no such thing');
    };
    renderRoutes([{ path: '*', element: <Broken />, errorElement: <PageError /> }]);
    expect(await screen.findByRole('heading', { name: 'This page failed' })).toBeVisible();
    expect(screen.getByRole('alert')).toHaveTextContent('no such thing');
    expect(screen.getByRole('button', { name: 'Reload' })).toBeVisible();
  });

  it('says that a page could not be loaded', async () => {
    server.use(http.get('*/health', () => HttpResponse.error()));
    renderRoutes([{ path: '*', lazy: () => Promise.reject(gone), errorElement: <PageError />, HydrateFallback: () => null }]);
    expect(await screen.findByRole('heading', { name: 'This page could not be loaded' })).toBeVisible();
  });
});

describe('reloadForMissingChunk', () => {
  const reload = vi.fn();
  beforeEach(() => reload.mockClear());

  it('loads the page again, once', async () => {
    await reloadForMissingChunk(reload);
    expect(reload).toHaveBeenCalledTimes(1);
    await reloadForMissingChunk(reload);
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('may do so again later', async () => {
    await reloadForMissingChunk(reload);
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 61_000);
    await reloadForMissingChunk(reload);
    expect(reload).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['no answer', () => HttpResponse.error()],
    ['an error', () => HttpResponse.json({}, { status: 503 })],
  ])('leaves the page as it is when there is %s to load it from', async (_what, answer) => {
    server.use(http.get('*/health', answer));
    await reloadForMissingChunk(reload);
    expect(reload).not.toHaveBeenCalled();
    server.resetHandlers();
    await waitFor(() => reloadForMissingChunk(reload));
    expect(reload).toHaveBeenCalledTimes(1);
  });
});

it.each([
  [gone.message, true],
  ['error loading dynamically imported module: http://x/a.js', true],
  ['Importing a module script failed.', true],
  ['Unable to preload CSS for /assets/a.css', true],
  ['Failed to fetch', false],
])('%s', (message, missing) => {
  expect(isMissingChunk(new Error(message))).toBe(missing);
  expect(isMissingChunk(message)).toBe(false);
});
