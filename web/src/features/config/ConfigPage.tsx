import '../../shared/laterStyles';
import { Skeleton, Stack, Title, VisuallyHidden } from '@mantine/core';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { useGetConfigQuery } from './configApi';
import { ConfigEditor } from './ConfigEditor';

/** The daemon's configuration: a wizard for its agent types, the whole file for the rest. */
export default function ConfigPage() {
  const { data, error, isLoading, refetch } = useGetConfigQuery();
  if (data === undefined)
    return (
      <Stack>
        <Title order={1} size="h2">
          Config
        </Title>
        {isLoading ? (
          <div aria-busy="true">
            <VisuallyHidden>Loading the configuration</VisuallyHidden>
            <Skeleton h={420} />
          </div>
        ) : (
          <ProblemAlert what="The configuration could not be loaded" error={error} onRetry={() => void refetch()} />
        )}
      </Stack>
    );
  return (
    <Stack>
      {error !== undefined && (
        <ProblemAlert
          what="The configuration could not be loaded again"
          error={error}
          stale
          still="Your changes are kept."
          onRetry={() => void refetch()}
        />
      )}
      <ConfigEditor current={data} />
    </Stack>
  );
}
