import { Group, Skeleton, Stack, Table, Text } from '@mantine/core';
import { useSelector } from 'react-redux';
import type { Span } from '../../api/types';
import { CopyableId } from '../../shared/CopyableId';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { RawJson } from '../../shared/RawJson';
import { elementsOf, entriesOf, memberOf, readString } from '../../shared/jsonText';
import { listedText } from '../../shared/listedTexts';
import { SpanStatus } from './SpanStatus';
import { useGetSpanTextQuery } from './tracesApi';

interface Props {
  rolloutId: string;
  attemptId: string;
  spanId: string;
}

/** One span: its ids, status and attributes, and its raw JSON; without the store, as a list had it. */
export default function SpanDrawer({ rolloutId, attemptId, spanId }: Props) {
  const { data, error, isLoading, refetch } = useGetSpanTextQuery({ rolloutId, attemptId, spanId });
  const listed = useSelector(listedText(spanId));
  const text = data === undefined ? listed : elementsOf(data, 'items')[0];
  if (text === undefined && isLoading) return <Skeleton h={240} aria-busy />;
  if (text === undefined && error !== undefined)
    return <ProblemAlert what="The span could not be loaded" error={error} onRetry={() => void refetch()} />;
  if (text === undefined) return <Text>There is no span {spanId} in this attempt.</Text>;
  const span = JSON.parse(text) as Span;
  return (
    <Stack gap="sm">
      {error !== undefined && <ProblemAlert what="The span could not be loaded again" stale error={error} onRetry={() => void refetch()} />}
      <Group gap="xs">
        <Text fw={600}>{span.name}</Text>
        <SpanStatus code={span.status.status_code} />
        <CopyableId id={span.span_id} what="span" />
      </Group>
      {span.status.description != null && span.status.description !== '' && <Text size="sm">{span.status.description}</Text>}
      <Table aria-label="Attributes" layout="fixed">
        <Table.Tbody>
          {entriesOf(memberOf(text, 'attributes') ?? '{}').map(([key, value]) => (
            <Table.Tr key={key}>
              <Table.Th w="40%" fw={500}>
                <Text size="xs" style={{ overflowWrap: 'anywhere' }}>
                  {key}
                </Text>
              </Table.Th>
              <Table.Td>
                <Text size="xs" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }} lineClamp={12}>
                  {readString(value)}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <RawJson text={text} />
    </Stack>
  );
}
