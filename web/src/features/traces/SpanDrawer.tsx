import { Code, Group, ScrollArea, Skeleton, Stack, Table, Text } from '@mantine/core';
import { CopyableId } from '../../shared/CopyableId';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { elementsOf, indentJson } from '../../shared/jsonText';
import { useGetSpanTextQuery } from './spanText';
import { SpanStatus } from './SpanStatus';
import type { Span } from '../../api/types';

interface Props {
  rolloutId: string;
  attemptId: string;
  spanId: string;
}

/** One span: its ids, its status, its attributes, and all of it as it came. */
export default function SpanDrawer({ rolloutId, attemptId, spanId }: Props) {
  const { data, error, isLoading, refetch } = useGetSpanTextQuery({ rolloutId, attemptId, spanId });
  if (isLoading) return <Skeleton h={240} />;
  if (data === undefined) return <ProblemAlert what="The span could not be loaded" error={error} onRetry={() => void refetch()} />;
  const text = elementsOf(data, 'items')[0];
  if (text === undefined) return <Text>There is no span {spanId} in this attempt.</Text>;
  const span = JSON.parse(text) as Span;
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <Text fw={600}>{span.name}</Text>
        <SpanStatus code={span.status.status_code} />
        <CopyableId id={span.span_id} what="span" />
      </Group>
      {span.status.description != null && span.status.description !== '' && <Text size="sm">{span.status.description}</Text>}
      <Table aria-label="Attributes" layout="fixed">
        <Table.Tbody>
          {Object.entries(span.attributes).map(([key, value]) => (
            <Table.Tr key={key}>
              <Table.Th w="40%" fw={500}>
                <Text size="xs" style={{ overflowWrap: 'anywhere' }}>
                  {key}
                </Text>
              </Table.Th>
              <Table.Td>
                <Text size="xs" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }} lineClamp={12}>
                  {typeof value === 'string' ? value : JSON.stringify(value)}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <ScrollArea type="auto">
        <Code block tabIndex={0} aria-label="raw JSON">
          {indentJson(text)}
        </Code>
      </ScrollArea>
    </Stack>
  );
}
