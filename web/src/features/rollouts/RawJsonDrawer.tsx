import { Button, Code, CopyButton, Group, ScrollArea, Skeleton } from '@mantine/core';
import { backendFetch } from '../../api/backend';
import { errorOf, unreachable } from '../../api/problem';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { indentJson } from '../../shared/jsonText';
import { useUi } from '../../shared/state';
import { api } from '../../api/api';

const rawApi = api.injectEndpoints({
  endpoints: (build) => ({
    /** The answer as text: parsing it would change the user's numbers. */
    getRawText: build.query<string, string>({
      queryFn: async (path, { getState, signal }) => {
        const { backend } = getState() as { backend: { address: string; token: string | null } };
        try {
          const response = await backendFetch(backend, path, { signal, headers: { Accept: 'application/json' } });
          return response.ok ? { data: await response.text() } : { error: await errorOf(response) };
        } catch {
          return { error: unreachable(backend.address) };
        }
      },
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
  const base = `/v1/agl/rollouts/${encodeURIComponent(rolloutId)}`;
  const path = attemptId === null ? base : `${base}/attempts/${encodeURIComponent(attemptId)}`;
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
