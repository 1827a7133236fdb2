import { Button, Center, Stack, Text, Title } from '@mantine/core';
import { useEffect } from 'react';
import { useRouteError } from 'react-router';
import { isMissingChunk, reloadForMissingChunk } from './chunkReload';

/** A bug in the page, or a missing chunk of a build that the daemon no longer has. */
export function PageError() {
  const error = useRouteError();
  const isMissing = isMissingChunk(error);
  useEffect(() => {
    if (isMissing) void reloadForMissingChunk(() => location.reload());
  }, [isMissing]);
  return (
    <Center mih="60vh" p="md">
      <Stack align="center" maw={520} ta="center" role="alert">
        <Title order={1} size="h2">
          {isMissing ? 'This page could not be loaded' : 'This page failed'}
        </Title>
        <Text style={{ overflowWrap: 'anywhere' }}>{error instanceof Error ? error.message : String(error)}</Text>
        <Text c="dimmed" size="sm">
          {isMissing
            ? 'The daemon was updated while this page was open, or it does not answer.'
            : 'The daemon and the other pages still work. Reload this page to try again.'}
        </Text>
        <Button onClick={() => location.reload()}>Reload</Button>
      </Stack>
    </Center>
  );
}
