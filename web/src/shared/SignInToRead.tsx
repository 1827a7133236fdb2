import { Anchor } from '@mantine/core';
import { Link } from 'react-router';

/** In place of what agents and tasks said: to who is not signed in the daemon gives a name for it, not the words. */
export function SignInToRead({ what }: { what: string }) {
  return (
    <Anchor component={Link} to="/settings#sign-in" fz="sm" c="inherit" underline="always">
      Sign in to read {what}
    </Anchor>
  );
}
