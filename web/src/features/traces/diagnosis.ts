import type { Span } from '../../api/types';
import { llmCallOf, rewardOf } from './conversation';

/** What a trainer would miss in these spans, in words; nothing when all is there or nothing was meant for training. */
export function missingFor(spans: readonly Span[]): string[] {
  const calls = spans.flatMap((span) => llmCallOf(span) ?? []);
  const missing: string[] = [];
  const rewarded = spans.some((span) => rewardOf(span) !== null);
  const isForTraining = rewarded || calls.some(({ promptTokenIds, responseTokenIds }) => promptTokenIds !== null || responseTokenIds !== null);
  if (calls.length === 0 || !isForTraining) return missing;
  const withoutIds = calls.filter(({ promptTokenIds, responseTokenIds }) => promptTokenIds === null || responseTokenIds === null).length;
  if (withoutIds > 0 && withoutIds < calls.length) missing.push(`${withoutIds} of ${calls.length} LLM calls carry no token ids`);
  if (withoutIds === calls.length) missing.push('no LLM call carries token ids');
  if (!rewarded) missing.push('no reward');
  return missing;
}
