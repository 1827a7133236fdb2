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
      { path: 'rollouts', lazy: async () => ({ Component: (await import('../features/rollouts/RolloutsPage')).default }) },
      { path: 'resources/:id?', lazy: async () => ({ Component: (await import('../features/resources/ResourcesPage')).default }) },
      { path: 'traces', lazy: async () => ({ Component: (await import('../features/traces/TracesPage')).default }) },
      { path: 'runners', lazy: async () => ({ Component: (await import('../features/runners/RunnersPage')).default }) },
      { path: 'config', lazy: async () => ({ Component: (await import('../features/config/ConfigPage')).default }) },
      { path: 'settings', lazy: async () => ({ Component: (await import('../features/settings/SettingsPage')).default }) },
      { path: '*', element: <Navigate to="/agents" replace /> },
    ],
  },
];
