import { Alert, Anchor, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { Link } from 'react-router';
import { asApiError } from '../api/problem';
import { ProblemAlert } from './ProblemAlert';

interface Props {
  what: string;
  error: unknown;
  still?: string;
  onRetry?: () => void;
}

/** Being signed out is no failure: it says what is missing and where to get it. */
export function PanelProblem({ what, error, still, onRetry }: Props) {
  const problem = asApiError(error);
  if (problem.status !== 401) {
    return (
      <ProblemAlert what={what} error={error} {...(still === undefined ? {} : { still })} {...(onRetry === undefined ? {} : { onRetry })} />
    );
  }
  return (
    <Alert color="gray" icon={<IconLock aria-hidden />} title="For the operator only" role="alert" variant="light">
      <Text size="sm">{problem.detail}</Text>
      <Text size="sm" mt={4}>
        <Anchor component={Link} to="/settings#sign-in" underline="always" fz="sm" c="inherit">
          Sign in
        </Anchor>{' '}
        with it; the rest works without.
      </Text>
    </Alert>
  );
}
