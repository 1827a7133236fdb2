import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { createMemoryRouter, RouterProvider, type RouteObject } from 'react-router';
import { Providers } from '../app/Providers';
import { createStore, type AppState } from '../app/store';

interface Options {
  /** The address of the page: "/agents?tier=2". */
  at?: string;
  state?: Partial<AppState>;
}

/** Renders one component with its own store and router. */
export function renderWithStore(children: ReactNode, { at = '/', state }: Options = {}) {
  return renderRoutes([{ path: '*', element: children }], { at, ...(state === undefined ? {} : { state }) });
}

/** Renders routes, e.g. those of app/routes.tsx for the whole app. */
export function renderRoutes(routes: RouteObject[], { at = '/', state }: Options = {}) {
  const store = createStore(state);
  const router = createMemoryRouter(routes, { initialEntries: [at] });
  const view = render(
    <Providers store={store} env="test">
      <RouterProvider router={router} />
    </Providers>,
  );
  return { ...view, store, router, user: userEvent.setup() };
}
