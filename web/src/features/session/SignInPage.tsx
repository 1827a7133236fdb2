import '../../shared/laterStyles';
import { Alert, Anchor, Center, Code, Paper, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconLock } from '@tabler/icons-react';
import { Link } from 'react-router';
import { asApiError } from '../../api/problem';
import { useUi } from '../../shared/state';
import { SignInForm } from './SignInForm';

/** Instead of a page that this daemon shows only to its operator. */
export function SignInPage({ linkError }: { linkError?: unknown }) {
  const address = useUi((state) => state.backend.address);
  return (
    <Center mih="60vh">
      <Paper withBorder p="xl" maw={520} w="100%">
        <Stack gap="md">
          <Title order={1} size="h3">
            <IconLock size={20} aria-hidden style={{ verticalAlign: '-2px' }} /> Sign in
          </Title>
          <Text size="sm">
            The daemon at <b>{address === '' ? location.host : address}</b> answers only to its operator. <Code>understudyd serve</Code>{' '}
            prints a link that signs you in; the token alone works too.
          </Text>
          {linkError !== undefined && (
            <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title="The link did not sign in" role="alert">
              {asApiError(linkError).detail}
            </Alert>
          )}
          <SignInForm autoFocus />
          <Text size="sm" c="dimmed">
            Another daemon?{' '}
            <Anchor component={Link} to="/settings" size="sm" underline="always">
              Change the address in Settings
            </Anchor>
          </Text>
        </Stack>
      </Paper>
    </Center>
  );
}
