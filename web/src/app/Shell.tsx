import { AppShell, Burger, Group, Skeleton, Text, VisuallyHidden } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Suspense } from 'react';
import { Outlet, useLocation } from 'react-router';
import { ConnectionStatus } from './ConnectionStatus';
import { DrawerHost } from './DrawerHost';
import { Logo } from './Logo';
import { entries, Navigation } from './Navigation';
import { SessionGate } from '../features/session/SessionGate';
import { ShortcutHelp } from './ShortcutHelp';
import { useWorstInTitle } from './useWorstInTitle';
import classes from './Shell.module.css';

/** What surrounds every page: navigation, connection, the one drawer, shortcuts. */
export function Shell() {
  const [opened, { toggle, close }] = useDisclosure(false);
  const { pathname } = useLocation();
  useWorstInTitle(entries.find(({ to }) => pathname.startsWith(to))?.label ?? 'Agents');
  return (
    <AppShell
      layout="alt"
      header={{ height: { base: 48, sm: 0 } }}
      navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding="md"
    >
      <a href="#content" className={classes.skip}>
        Skip to content
      </a>
      <AppShell.Header hiddenFrom="sm" px="md" className={classes.header}>
        <Group h="100%" gap="sm">
          <Burger opened={opened} onClick={toggle} size="sm" aria-label={opened ? 'Close navigation' : 'Open navigation'} aria-expanded={opened} />
          <Logo size={20} />
          <Text fw={600}>Understudy</Text>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Main">
        <AppShell.Section>
          <Group h={40} px="sm" gap="xs" mb="xs" justify="space-between">
            <Group gap="xs">
              <Logo size={22} />
              <Text fw={700}>Understudy</Text>
            </Group>
            <Burger hiddenFrom="sm" opened onClick={close} size="sm" aria-label="Close navigation" />
          </Group>
        </AppShell.Section>
        <AppShell.Section grow>
          <Navigation onNavigate={close} />
        </AppShell.Section>
        <AppShell.Section component="footer">
          <ConnectionStatus />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={classes.main}>
        <SessionGate>
          <Suspense
            fallback={
              <div aria-busy="true">
                <VisuallyHidden>Loading the page</VisuallyHidden>
                <Skeleton h={32} w={160} mb="md" />
                <Skeleton h={360} />
              </div>
            }
          >
            <Outlet />
          </Suspense>
          <DrawerHost />
        </SessionGate>
      </AppShell.Main>
      <ShortcutHelp />
    </AppShell>
  );
}
