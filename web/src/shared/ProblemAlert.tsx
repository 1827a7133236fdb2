import { Alert, Button, Group, List, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { asApiError } from '../api/problem';

interface Props {
  /** What did not work, for the operator: "The agents could not be loaded". */
  what: string;
  error: unknown;
  /** What still works: "The list below may be out of date." */
  still?: string;
  onRetry?: () => void;
}

/** An error speaks the server's sentence, says what still works, and offers the next step. */
export function ProblemAlert({ what, error, still, onRetry }: Props) {
  const problem = asApiError(error);
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={what} role="alert" variant="light">
      <Text size="sm">{problem.detail}</Text>
      {problem.errors.length > 0 && (
        <List size="sm" mt={4}>
          {problem.errors.map(({ path, reason }) => (
            <List.Item key={path + reason}>
              <code>{path}</code>: {reason}
            </List.Item>
          ))}
        </List>
      )}
      {still !== undefined && (
        <Text size="sm" mt={4}>
          {still}
        </Text>
      )}
      {onRetry && (
        <Group mt="xs">
          <Button size="compact-sm" color="red" variant="outline" onClick={onRetry}>
            Retry
          </Button>
        </Group>
      )}
    </Alert>
  );
}
