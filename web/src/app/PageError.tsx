import { Button, Center, Stack, Text, Title } from '@mantine/core';
import { useRouteError } from 'react-router';

/** A bug in the page, or a chunk of a build that the daemon no longer has. */
export function PageError() {
  const error = useRouteError();
  return (
    <Center mih="100vh" p="md">
      <Stack align="center" maw={520} ta="center">
        <Title order={1} size="h3">
          This page broke
        </Title>
        <Text>{error instanceof Error ? error.message : String(error)}</Text>
        <Text c="dimmed" size="sm">
          The daemon goes on. If it was updated while this page was open, loading it again is all it takes.
        </Text>
        <Button onClick={() => location.reload()}>Load again</Button>
      </Stack>
    </Center>
  );
}
