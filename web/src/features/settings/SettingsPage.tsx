import '../../shared/laterStyles';
import { Paper, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { About } from './About';
import { BackendField } from './BackendField';
import { RefreshField } from './RefreshField';
import { ThemeField } from './ThemeField';

function Part({ title, id, children }: { title: string; id?: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md" component="section" aria-label={title} id={id}>
      <Title order={2} size="h5" mb="sm">
        {title}
      </Title>
      <Stack gap="md">{children}</Stack>
    </Paper>
  );
}

/** Every setting takes effect at once, without a save button. `session` is the sign-in. */
export default function SettingsPage({ session }: { session: ReactNode }) {
  return (
    <Stack maw={720}>
      <Part title="Daemon">
        <BackendField />
        <RefreshField />
      </Part>
      <Part title="Sign-in" id="sign-in">
        {session}
      </Part>
      <Part title="Appearance">
        <ThemeField />
      </Part>
      <Part title="About">
        <About />
      </Part>
    </Stack>
  );
}
