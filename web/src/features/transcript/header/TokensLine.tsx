import { Text } from '@mantine/core';
import { compact } from '../../../shared/format';
import type { AttemptFacts } from '../attemptFacts';
import type { TranscriptIndex } from '../parse/transcriptIndex';
import { endingText, tokensText } from '../words';

interface Props {
  index: TranscriptIndex;
  facts: AttemptFacts;
  active: boolean;
}

function usedText({ index, active, facts: { inputTokens, outputTokens } }: Props): string | null {
  if (index.ending !== null) return endingText(index.ending);
  const { sum } = index.usage;
  if (sum.messages > 0) return `${index.start > 0 ? 'what is loaded: ' : active ? 'so far: ' : 'its messages: '}${tokensText(sum)}`;
  return inputTokens === null || outputTokens === null ? null : `${compact(inputTokens)} in · ${compact(outputTokens)} out`;
}

/** Who served it and what the run used: from the result line, or the sum of its messages, or what the daemon noted. */
export function TokensLine(props: Props) {
  const parts = [props.facts.provider, usedText(props)].filter((part) => part !== null && part !== '');
  return parts.length === 0 ? null : (
    <Text size="xs" c="dimmed">
      {parts.join(' · ')}
    </Text>
  );
}
