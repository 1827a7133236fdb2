import { AppShell, Burger, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Suspense, useCallback, useRef } from 'react';
import { Outlet, useLocation, useNavigation } from 'react-router';
import { ConnectionStatus } from './ConnectionStatus';
import { DemoNotice } from './DemoNotice';
import { DrawerMount } from './DrawerMount';
import { Logo } from './Logo';
import { entries, Navigation } from './Navigation';
import { SessionGate } from '../features/session/SessionGate';
import { ExposedNotice } from './ExposedNotice';
import { OfflineNotice } from './OfflineNotice';
import { Shortcuts } from './Shortcuts';
import { PageSkeleton } from './PageSkeleton';
import { usePageChange } from './usePageChange';
import { useWorstInTitle } from './useWorstInTitle';
import classes from './Shell.module.css';

/** The frame of every page: navigation, connection, the one drawer, shortcuts. */
export function Shell() {
  const [opened, { toggle, close }] = useDisclosure(false);
  const { pathname } = useLocation();
  const isLeaving = useNavigation().state === 'loading';
  const main = useRef<HTMLElement>(null);
  const focusMain = useCallback(() => main.current?.focus({ preventScroll: true }), []);
  usePageChange(
    useCallback(() => {
      close();
      window.scrollTo(0, 0);
      focusMain();
    }, [close, focusMain]),
  );
  useWorstInTitle(entries.find(({ to }) => pathname.startsWith(to))?.label ?? 'Agents');
  return (
    <AppShell
      layout="alt"
      header={{ height: { base: 48, sm: 0 } }}
      navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding="md"
      className={classes.shell}
      data-nav={opened ? 'open' : 'closed'}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && opened && !event.defaultPrevented) close();
      }}
    >
      <a
        href="#content"
        className={classes.skip}
        onClick={(event) => {
          event.preventDefault();
          focusMain();
        }}
      >
        Skip to content
      </a>
      <AppShell.Header hiddenFrom="sm" px="md" className={classes.header}>
        <Group h="100%" gap="sm">
          <Burger opened={opened} onClick={toggle} size="sm" aria-label="Open navigation" aria-expanded={opened} />
          <Logo size={20} />
          <Text fw={600}>Understudy</Text>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages" className={classes.navbar}>
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
        <AppShell.Section>
          <ConnectionStatus />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="content" ref={main} tabIndex={-1} className={classes.main} aria-busy={isLeaving}>
        <OfflineNotice />
        <ExposedNotice />
        <SessionGate>
          <DemoNotice onClosed={focusMain} />
          <Suspense fallback={<PageSkeleton />}>
            <Outlet />
          </Suspense>
          <DrawerMount />
        </SessionGate>
      </AppShell.Main>
      <Shortcuts />
    </AppShell>
  );
}
