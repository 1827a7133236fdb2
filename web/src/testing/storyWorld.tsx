import type { Decorator, Preview } from '@storybook/react-vite';
import { notifications } from '@mantine/notifications';
import { getResponse, HttpResponse, type RequestHandler } from 'msw';
import { useState, type ReactNode } from 'react';
import { createMemoryRouter, RouterProvider, type RouteObject } from 'react-router';
import { Providers } from '../app/Providers';
import { createStore, type AppState } from '../app/store';
import { now } from './fixtures';
import { handlers as usual } from './handlers';

/** A story's `parameters`. */
export interface StoryWorld {
  /** The address of the page: "/agents?tier=2". */
  at?: string;
  /** Answers of the daemon, before those of testing/handlers.ts. */
  handlers?: RequestHandler[];
  /** The initial state of the store. */
  state?: Partial<AppState>;
  /** Instead of the story alone: whole routes, like the shell's. */
  routes?: RouteObject[];
}

type Before = Extract<NonNullable<Preview['beforeEach']>, (...args: never[]) => unknown>;

/** One story's notifications are not the next one's. */
export const noOldNotifications: Before = () => notifications.clean();

/** The clock of all stories is stopped at the fixtures' time. */
export const fixturesClock: Before = () => {
  const real = Date.now;
  Date.now = () => now;
  return () => {
    Date.now = real;
  };
};

let underWay = 0;
let lastAnswer = 0;

/** Whether the story has had its responses and the time to draw them. */
export function isQuiet(): boolean {
  return underWay === 0 && performance.now() - lastAnswer > 40;
}

/** No service worker, no network: `fetch` calls the story's handlers. */
export const answersFromHandlers: Before = ({ parameters }) => {
  const { handlers = [] }: StoryWorld = parameters;
  const all = [...handlers, ...usual];
  const real = window.fetch;
  underWay = 0;
  window.fetch = async (input, init) => {
    const request = new Request(input instanceof Request ? input : new URL(input, location.href), init);
    const path = new URL(request.url).pathname;
    // Storybook's own files.
    if (path.startsWith('/assets/') || path.endsWith('.json')) return real(input, init);
    underWay += 1;
    const response = await getResponse(all, request).finally(() => {
      underWay -= 1;
      lastAnswer = performance.now();
    });
    if (response?.type === 'error') throw new TypeError('Failed to fetch');
    return (
      response ??
      HttpResponse.json(
        { title: 'Not Implemented', status: 501, detail: `This story has no answer to ${request.method} ${path}.` },
        { status: 501 },
      )
    );
  };
  return () => {
    window.fetch = real;
  };
};

interface WorldProps extends StoryWorld {
  scheme: 'light' | 'dark';
  children: ReactNode;
}

function World({ at = '/', state, routes, scheme, children }: WorldProps) {
  const [store] = useState(() => createStore(state));
  const [router] = useState(() => createMemoryRouter(routes ?? [{ path: '*', element: children }], { initialEntries: [at] }));
  return (
    <Providers store={store} scheme={scheme} env={import.meta.env.MODE === 'test' ? 'test' : 'default'}>
      <RouterProvider router={router} />
    </Providers>
  );
}

/** Store, router, theme and notifications around every story. */
export const inTheApp: Decorator = (Story, { id, parameters, globals }) => {
  const { at, state, routes }: StoryWorld = parameters;
  const scheme = globals['theme'] === 'dark' ? 'dark' : 'light';
  return (
    <World key={id} scheme={scheme} {...(at && { at })} {...(state && { state })} {...(routes && { routes })}>
      <Story />
    </World>
  );
};
