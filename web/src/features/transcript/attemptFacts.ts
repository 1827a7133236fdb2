import type { Attempt, Rollout } from '../../api/types';
import { numberIn, objectIn, textIn, type JsonObject } from './parse/json';
import { tierGlyph } from '../../shared/format';
import { isObject } from '../../shared/isObject';
import { runEndingOf, type RunEnding } from '../../shared/runEnding';

/** What the daemon notes about its own attempts; attempts of other clients may have none of it. */
export interface AttemptFacts {
  tier: number | null;
  provider: string | null;
  model: string | null;
  verdict: ShownVerdict | null;
  /** Why nothing ran: the engine's or the daemon's own reason. */
  error: string | null;
  ending: RunEnding | null;
  /** How often it was asked to end, while it has not; null: it was not asked. */
  askedToEnd: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
  /** The agent's answer. */
  output: string | null;
}

export interface ShownVerdict {
  kind: string;
  failover: boolean;
  rule: string;
  evidence: string;
  retryAfterS: number | null;
  resetAt: string | null;
}

function verdictIn(metadata: JsonObject | null): ShownVerdict | null {
  const verdict = objectIn(metadata, 'verdict');
  const kind = textIn(verdict, 'kind');
  if (verdict === null || kind === null) return null;
  return {
    kind,
    failover: verdict['failover'] === true,
    rule: textIn(verdict, 'rule') ?? '',
    evidence: textIn(verdict, 'evidence') ?? '',
    retryAfterS: numberIn(verdict, 'retry_after_s'),
    resetAt: textIn(verdict, 'reset_at'),
  };
}

export function factsOf({ metadata: found }: Pick<Attempt, 'metadata'>): AttemptFacts {
  const metadata = isObject(found) ? found : null;
  return {
    tier: numberIn(metadata, 'tier'),
    provider: textIn(metadata, 'provider'),
    model: textIn(metadata, 'model'),
    verdict: verdictIn(metadata),
    error: textIn(metadata, 'error'),
    ending: runEndingOf(metadata),
    askedToEnd: numberIn(objectIn(metadata, 'ending'), 'asked'),
    inputTokens: numberIn(metadata, 'input_tokens'),
    outputTokens: numberIn(metadata, 'output_tokens'),
    output: textIn(metadata, 'output'),
  };
}

/** "② deepseek-v4-pro" */
function ranOn({ tier, model }: Pick<AttemptFacts, 'tier' | 'model'>): string {
  return [tier === null ? null : tierGlyph(tier), model].filter((part) => part !== null).join(' ');
}

/** "Attempt 2 of 3 · failed · ② deepseek-v4-pro" */
export function attemptTitle(attempt: Attempt, of: number): string {
  return [`Attempt ${attempt.sequence_id} of ${Math.max(of, attempt.sequence_id)}`, attempt.status, ranOn(factsOf(attempt))]
    .filter((part) => part !== '')
    .join(' · ');
}

/** It may still write. */
export function isActive({ status, end_time }: Pick<Attempt, 'status' | 'end_time'>): boolean {
  return end_time === null && (status === 'preparing' || status === 'running');
}

export function isUnfinished({ status }: Pick<Rollout, 'status'>): boolean {
  return status === 'queuing' || status === 'requeuing' || status === 'preparing' || status === 'running';
}

/** The input of a task is a text, or anything that a client of the store sent. */
export function inputText(input: unknown): string {
  if (typeof input === 'string') return input;
  const prompt = isObject(input) ? textIn(input, 'prompt') : null;
  return prompt ?? JSON.stringify(input, null, 2) ?? '';
}
