import { Alert, Anchor, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { Link } from 'react-router';
import { asApiError } from '../api/problem';
import { ProblemAlert, type ProblemProps } from './ProblemAlert';

/** Being signed out is not a failure: this says what is missing and where to get it. */
export function PanelProblem(props: ProblemProps) {
  const problem = asApiError(props.error);
  if (problem.status !== 401) return <ProblemAlert {...props} />;
  return (
    <Alert color="gray" icon={<IconLock aria-hidden />} title="For the operator only" role="alert" variant="light">
      <Text size="sm">{problem.detail}</Text>
      <Text size="sm" mt={4}>
        <Anchor component={Link} to="/settings#sign-in" underline="always" fz="sm" c="inherit">
          Sign in
        </Anchor>{' '}
        with it; everything else works without.
      </Text>
    </Alert>
  );
}
