import type { RouteObject } from 'react-router';
import { redirect } from 'react-router';
import { PageError } from './PageError';
import { PageSkeleton } from './PageSkeleton';
import { Shell } from './Shell';

const toAgents = () => redirect('/agents');

/** Loaded after the page: the drawer must still open when the daemon is gone. */
async function beforeDrawers<Page>(loading: Promise<Page>): Promise<Page> {
  const page = await loading;
  void Promise.all([import('./DrawerHost'), import('../features/rollouts/RawJsonDrawer'), import('../features/traces/SpanDrawer')]).catch(
    () => {},
  );
  return page;
}

/** One chunk for each page. A page that breaks leaves the shell intact. */
export const routes: RouteObject[] = [
  {
    element: <Shell />,
    errorElement: <PageError />,
    children: [
      {
        errorElement: <PageError />,
        HydrateFallback: PageSkeleton,
        children: [
          { index: true, loader: toAgents },
          { path: 'agents/:name?', lazy: async () => ({ Component: (await import('../features/agents/AgentsPage')).default }) },
          { path: 'providers', lazy: async () => ({ Component: (await import('../features/providers/ProvidersPage')).default }) },
          {
            path: 'rollouts',
            lazy: async () => ({ Component: (await beforeDrawers(import('../features/rollouts/RolloutsPage'))).default }),
          },
          { path: 'resources/:id?', lazy: async () => ({ Component: (await import('../features/resources/ResourcesPage')).default }) },
          { path: 'traces', lazy: async () => ({ Component: (await beforeDrawers(import('../features/traces/TracesPage'))).default }) },
          { path: 'runners', lazy: async () => ({ Component: (await import('../features/runners/RunnersPage')).default }) },
          { path: 'config', lazy: async () => ({ Component: (await import('../features/config/ConfigPage')).default }) },
          {
            path: 'settings',
            lazy: async () => ({ Component: (await import('./SettingsFrame')).default }),
            children: [
              { index: true, lazy: async () => ({ Component: (await import('./SettingsRoute')).default }) },
              { path: 'access', lazy: async () => ({ Component: (await import('../features/access/AccessPage')).default }) },
              { path: 'audit', lazy: async () => ({ Component: (await import('../features/audit/AuditPage')).default }) },
            ],
          },
          { path: '*', loader: toAgents },
        ],
      },
    ],
  },
];
