import type { Span } from '../../api/types';
import { count } from '../../shared/format';
import { llmCallOf, rewardOf } from './conversation';

function sum(numbers: (number | null)[]): number {
  return numbers.reduce((total: number, each) => total + (each ?? 0), 0);
}

/** The tokens of the LLM calls among these spans, and the rewards. */
export function summaryOf(spans: readonly Span[]): string[] {
  const calls = spans.flatMap((span) => llmCallOf(span) ?? []);
  const rewards = spans.flatMap((span) => rewardOf(span) ?? []);
  const summary: string[] = [];
  if (calls.length > 0) {
    summary.push(`${count(calls.length)} LLM ${calls.length === 1 ? 'call' : 'calls'}`);
    const [into, out] = [sum(calls.map(({ inputTokens }) => inputTokens)), sum(calls.map(({ outputTokens }) => outputTokens))];
    if (into + out > 0) summary.push(`${count(into)} tokens in, ${count(out)} out`);
    const withIds = calls.filter(({ promptTokenIds, responseTokenIds }) => promptTokenIds !== null && responseTokenIds !== null).length;
    if (withIds > 0) summary.push(`token ids with ${count(withIds)}`);
  }
  if (rewards.length > 0) summary.push(`reward ${rewards.slice(0, 4).join(', ')}${rewards.length > 4 ? ', …' : ''}`);
  return summary;
}

/** What a trainer would miss in these spans, in words; nothing when all is there, or when nothing is meant for training. */
export function missingFor(spans: readonly Span[]): string[] {
  const calls = spans.flatMap((span) => llmCallOf(span) ?? []);
  const missing: string[] = [];
  const rewarded = spans.some((span) => rewardOf(span) !== null);
  const isForTraining =
    rewarded || calls.some(({ promptTokenIds, responseTokenIds }) => promptTokenIds !== null || responseTokenIds !== null);
  if (calls.length === 0 || !isForTraining) return missing;
  const withoutIds = calls.filter(({ promptTokenIds, responseTokenIds }) => promptTokenIds === null || responseTokenIds === null).length;
  if (withoutIds > 0 && withoutIds < calls.length) missing.push(`${withoutIds} of ${calls.length} LLM calls carry no token ids`);
  if (withoutIds === calls.length) missing.push('no LLM call carries token ids');
  if (!rewarded) missing.push('no reward');
  return missing;
}
