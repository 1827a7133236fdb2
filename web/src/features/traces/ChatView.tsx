import { Group, Paper, Stack, Text, UnstyledButton } from '@mantine/core';
import type { Span } from '../../api/types';
import { EmptyState } from '../../shared/EmptyState';
import { milliseconds } from '../../shared/format';
import { IconMessages } from '@tabler/icons-react';
import { llmCallOf, type LlmCall, type Message } from './conversation';
import classes from './Traces.module.css';

function Said({ messages, of }: { messages: Message[]; of: string }) {
  return messages.map(({ role, content }, index) => (
    <div key={`${of}${index}`}>
      <Text size="xs" fw={600}>
        {role || of}
      </Text>
      <Text className={classes.message}>{content || '(empty)'}</Text>
    </div>
  ));
}

function facts({ span, model, inputTokens, outputTokens, promptTokenIds, responseTokenIds }: LlmCall): string {
  const parts = [model ?? 'unknown model'];
  if (inputTokens !== null) parts.push(`${inputTokens} in`);
  if (outputTokens !== null) parts.push(`${outputTokens} out`);
  if (promptTokenIds !== null || responseTokenIds !== null) parts.push(`token ids ${promptTokenIds ?? 0} + ${responseTokenIds ?? 0}`);
  if (span.start_time !== null && span.end_time !== null) parts.push(milliseconds((span.end_time - span.start_time) * 1000));
  return parts.join(' · ');
}

/** The LLM calls of an attempt as a conversation. */
export function ChatView({ spans, onOpen }: { spans: readonly Span[]; onOpen: (span: Span) => void }) {
  const calls = spans.flatMap((span) => llmCallOf(span) ?? []);
  if (calls.length === 0) {
    return (
      <EmptyState icon={<IconMessages />} title="No LLM call among these spans">
        Spans with gen_ai.* or llm.* attributes appear here as a conversation.
      </EmptyState>
    );
  }
  return (
    <Stack gap="sm">
      {calls.map((call) => (
        <Paper key={call.span.span_id} withBorder p="sm" component="article" aria-label={call.span.name}>
          <Group justify="space-between" mb="xs">
            <UnstyledButton className={classes.open} fw={600} fz="sm" onClick={() => onOpen(call.span)}>
              {call.span.name}
            </UnstyledButton>
            <Text size="xs" c="dimmed">
              {facts(call)}
            </Text>
          </Group>
          <Stack gap="xs">
            <Said messages={call.prompt} of="prompt" />
            <Said messages={call.completion} of="completion" />
          </Stack>
        </Paper>
      ))}
    </Stack>
  );
}
