import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useLocation } from 'react-router';
import { useGetSessionQuery } from '../../api/fleetApi';
import { roleOf } from '../../api/role';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { useUi } from '../../shared/state';
import { SignInForm } from './SignInForm';
import { useSignOutMutation } from './sessionApi';
import { signedInAs } from './words';

/** Signed in or not, and the way to change that. */
export function SessionPanel() {
  const address = useUi((state) => state.backend.address);
  const { hash } = useLocation();
  const { data, error, isLoading, refetch } = useGetSessionQuery();
  const [signOut, ended] = useSignOutMutation();
  if (isLoading) return <Skeleton h={36} />;
  if (data === undefined) return <ProblemAlert what="Whether you are signed in is unknown" error={error} onRetry={() => void refetch()} />;
  if (roleOf(data) === null) return <SignInForm autoFocus={hash === '#sign-in'} />;
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text size="sm">
          ● {signedInAs(data)}
          {address !== '' && ', in this tab only'}
        </Text>
        <Button variant="default" onClick={() => void signOut(address)} loading={ended.isLoading}>
          Sign out
        </Button>
      </Group>
      {ended.error !== undefined && <ProblemAlert what="You are still signed in" error={ended.error} />}
    </Stack>
  );
}
