import { Button, CopyButton, Group, Skeleton, Text } from '@mantine/core';
import { useSelector } from 'react-redux';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { RawJson } from '../../shared/RawJson';
import { listedText } from '../../shared/listedTexts';
import { saveFile } from '../../shared/saveFile';
import { useGetAttemptsOfQuery, useGetRolloutTextQuery } from './rolloutsApi';

interface Props {
  rolloutId: string;
  attemptId: string | null;
}

/** A rollout or attempt exactly as the store sends it; without the store, as a list had it. */
export default function RawJsonDrawer({ rolloutId, attemptId }: Props) {
  const rollout = useGetRolloutTextQuery(rolloutId, { skip: attemptId !== null });
  // There is no call for one attempt, only for all attempts of its rollout.
  const attempts = useGetAttemptsOfQuery(rolloutId, { skip: attemptId === null });
  const { error, isLoading, refetch } = attemptId === null ? rollout : attempts;
  const fetched = attemptId === null ? rollout.data : attempts.data?.texts[attemptId];
  const listed = useSelector(listedText(attemptId ?? rolloutId));
  const text = fetched ?? listed;
  if (text === undefined && isLoading) return <Skeleton h={240} aria-busy />;
  if (text === undefined && error !== undefined)
    return <ProblemAlert what="The JSON could not be loaded" error={error} onRetry={() => void refetch()} />;
  // The store answers `null` for a rollout that does not exist.
  if (text === undefined || text === 'null') return <Text>The store has no {attemptId ?? rolloutId}.</Text>;
  return (
    <>
      {error !== undefined && <ProblemAlert what="The JSON could not be loaded again" stale error={error} onRetry={() => void refetch()} />}
      <Group gap="xs" my="xs">
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => saveFile(new Blob([text], { type: 'application/json' }), `${attemptId ?? rolloutId}.json`)}
        >
          Download
        </Button>
      </Group>
      <RawJson text={text} />
    </>
  );
}
