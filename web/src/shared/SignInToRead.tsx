import { Anchor } from '@mantine/core';
import { Link } from 'react-router';

/** Instead of what agents and tasks said: without a sign-in, the daemon sends a placeholder for the words. */
export function SignInToRead({ what }: { what: string }) {
  return (
    <Anchor component={Link} to="/settings#sign-in" fz="sm" c="inherit" underline="always">
      Sign in to read {what}
    </Anchor>
  );
}
