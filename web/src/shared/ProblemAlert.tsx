import { Alert, Button, Group, List, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { asApiError } from '../api/problem';

export interface ProblemProps {
  /** What did not work, for the operator: "The agents could not be loaded". */
  what: string;
  error: unknown;
  /** The last data received is shown below. */
  stale?: boolean;
  /** What still works or helps: "What you typed is kept." */
  still?: string | undefined;
  onRetry?: () => void;
}

/** An error shows the server's sentence, says what still works, and offers the next step. */
export function ProblemAlert({ what, error, stale = false, still, onRetry }: ProblemProps) {
  const problem = asApiError(error);
  const notes = [stale && 'Showing the last data received.', still].filter(Boolean).join(' ');
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
      {notes !== '' && (
        <Text size="sm" mt={4}>
          {notes}
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
