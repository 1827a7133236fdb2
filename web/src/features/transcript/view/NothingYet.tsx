import { Button, Group, Text } from '@mantine/core';
import { IconArchiveOff, IconKey, IconPencil } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { ApiError } from '../../../api/problem';
import { EmptyState } from '../../../shared/EmptyState';
import { ProblemAlert } from '../../../shared/ProblemAlert';
import { FoldsProvider } from '../rows/folds';
import { LongText } from '../rows/LongText';

export function NothingWritten({ active }: { active: boolean }) {
  return (
    <EmptyState icon={<IconPencil size={28} />} title={active ? 'Nothing written yet' : 'The agent wrote nothing'}>
      {active ? 'What the agent writes appears here as it comes.' : 'The attempt ended without a line of output.'}
    </EmptyState>
  );
}

function SignIn({ onRetry }: { onRetry: () => void }) {
  return (
    <EmptyState
      icon={<IconKey size={28} />}
      title="Sign in to read transcripts"
      action={
        <Group gap="xs">
          <Button component={Link} to="/settings" size="xs">
            Go to Settings
          </Button>
          <Button size="xs" variant="default" onClick={onRetry}>
            Retry
          </Button>
        </Group>
      }
    >
      They may contain what agents were given and what they found. Open the link that the daemon printed, or give its token in Settings.
    </EmptyState>
  );
}

/** The spool is deleted by retention or with its agent; the attempt's notes stay. */
function Gone({ detail, output }: { detail: string; output: string | null }) {
  return (
    <EmptyState icon={<IconArchiveOff size={28} />} title="The transcript is gone">
      {detail} Old transcripts are removed with their rollouts.
      {output !== null && (
        <FoldsProvider>
          <Text size="sm" mt="sm" fw={600}>
            The answer was kept:
          </Text>
          <LongText foldKey="output" text={output} as="prose" />
        </FoldsProvider>
      )}
    </EmptyState>
  );
}

interface Props {
  error: ApiError;
  active: boolean;
  output: string | null;
  onRetry: () => void;
}

/** Why there is nothing to show. */
export function NotReadable({ error, active, output, onRetry }: Props) {
  if (error.status === 401) return <SignIn onRetry={onRetry} />;
  if (error.status === 404) return active ? <NothingWritten active /> : <Gone detail={error.detail} output={output} />;
  return <ProblemAlert what="The transcript could not be loaded" error={error} onRetry={onRetry} />;
}
