import type { RouteObject } from 'react-router';
import { Navigate } from 'react-router';
import { PageError } from './PageError';
import { Shell } from './Shell';

/** One chunk a page. */
export const routes: RouteObject[] = [
  {
    element: <Shell />,
    errorElement: <PageError />,
    children: [
      { index: true, element: <Navigate to="/agents" replace /> },
      { path: 'agents/:name?', lazy: async () => ({ Component: (await import('../features/agents/AgentsPage')).default }) },
      { path: 'config', lazy: async () => ({ Component: (await import('../features/config/ConfigPage')).default }) },
      { path: 'settings', lazy: async () => ({ Component: (await import('../features/settings/SettingsPage')).default }) },
      { path: '*', element: <Navigate to="/agents" replace /> },
    ],
  },
];
