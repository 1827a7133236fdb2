import { Button, Code, CopyButton, Group, ScrollArea, Skeleton } from '@mantine/core';
import { api } from '../../api/api';
import { textQuery } from '../../api/textQuery';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { indentJson } from '../../shared/jsonText';
import { useUi } from '../../shared/state';

const rawApi = api.injectEndpoints({
  endpoints: (build) => ({
    getRawText: build.query<string, string>({
      queryFn: (path, { getState, signal }) => textQuery(path, getState, signal),
      providesTags: [{ type: 'Rollouts', id: 'RAW' }],
    }),
  }),
});

interface Props {
  rolloutId: string;
  attemptId: string | null;
}

/** A rollout or attempt exactly as the store sends it. */
export default function RawJsonDrawer({ rolloutId, attemptId }: Props) {
  const base = `/rollouts/${encodeURIComponent(rolloutId)}`;
  const path = attemptId === null ? `/v1/agl${base}` : `${base}/attempts/${encodeURIComponent(attemptId)}`;
  const { data, error, isLoading, refetch } = rawApi.useGetRawTextQuery(path);
  const address = useUi((state) => state.backend.address);
  if (isLoading) return <Skeleton h={240} />;
  if (data === undefined) return <ProblemAlert what="The JSON could not be loaded" error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <Group gap="xs" mb="xs">
        <CopyButton value={data}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
        <Button size="compact-sm" variant="default" component="a" href={address + path} target="_blank" rel="noreferrer">
          Open
        </Button>
      </Group>
      <ScrollArea type="auto">
        <Code block tabIndex={0} aria-label="raw JSON">
          {indentJson(data)}
        </Code>
      </ScrollArea>
    </>
  );
}
