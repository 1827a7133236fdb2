import type { FieldProblem, NewTask } from '../../../api/types';
import { isObject } from '../../../shared/isObject';

/** What was typed, as it was typed. */
export interface TaskDraft {
  format: 'text' | 'json';
  input: string;
  metadata: string;
  timeoutSeconds: string | number;
  maxAttempts: string | number;
}

export const emptyDraft: TaskDraft = { format: 'text', input: '', metadata: '', timeoutSeconds: '', maxAttempts: '' };

const drafts = new Map<string, TaskDraft>();

/** A draft outlives its form, so that one can look at the transcript in between. It ends with the page. */
export function draftFor(name: string): TaskDraft {
  return drafts.get(name) ?? emptyDraft;
}

export function keepDraft(name: string, draft: TaskDraft | null): void {
  if (draft === null) drafts.delete(name);
  else drafts.set(name, draft);
}

type Parsed = { value: unknown } | { reason: string };

function parsed(text: string): Parsed {
  try {
    const value: unknown = JSON.parse(text);
    // Numbers in JavaScript hold 53 bits; the daemon keeps every digit.
    if (hasLargeNumber(value))
      return { reason: 'It contains a whole number that is too large for the browser to send unchanged. Send it as text.' };
    return { value };
  } catch (error) {
    return { reason: `This is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function hasLargeNumber(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasLargeNumber);
}

function inputOf({ format, input }: TaskDraft): Parsed {
  if (input.trim() === '') return { reason: 'Say what the agent should do.' };
  return format === 'text' ? { value: input } : parsed(input);
}

function configOf({ timeoutSeconds, maxAttempts }: TaskDraft): NewTask['config'] {
  if (timeoutSeconds === '' && maxAttempts === '') return null;
  return {
    ...(timeoutSeconds === '' ? {} : { timeout_seconds: Number(timeoutSeconds) }),
    max_attempts: maxAttempts === '' ? 1 : Number(maxAttempts),
  };
}

/** The body to send, or what is wrong with it. The daemon checks ranges. */
export function taskOf(draft: TaskDraft): { task: NewTask } | { problems: FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const input = inputOf(draft);
  if ('reason' in input) problems.push({ path: '/input', reason: input.reason });
  const metadata = draft.metadata.trim() === '' ? null : parsed(draft.metadata);
  if (metadata !== null && 'reason' in metadata) problems.push({ path: '/metadata', reason: metadata.reason });
  else if (metadata !== null && !isObject(metadata.value))
    problems.push({ path: '/metadata', reason: 'must be an object: {"ticket": 42}' });
  if (problems.length > 0 || 'reason' in input) return { problems };
  const config = configOf(draft);
  return {
    task: {
      input: input.value,
      ...(metadata !== null && 'value' in metadata && isObject(metadata.value) ? { metadata: metadata.value } : {}),
      ...(config == null ? {} : { config }),
    },
  };
}

const fields = ['/input', '/metadata', '/config/timeout_seconds', '/config/max_attempts'] as const;
export type Field = (typeof fields)[number];

function isAt(path: string, field: Field): boolean {
  return path === field || path.startsWith(`${field}/`);
}

/** What to show under a field; the path of a nested value is named. */
export function problemAt(problems: FieldProblem[], field: Field): string | undefined {
  const found = problems.filter(({ path }) => isAt(path, field));
  return found.length === 0
    ? undefined
    : found.map(({ path, reason }) => (path === field ? reason : `${path.slice(field.length)} ${reason}`)).join('; ');
}

/** What belongs to no field of the form. */
export function problemsElsewhere(problems: FieldProblem[]): FieldProblem[] {
  return problems.filter(({ path }) => !fields.some((field) => isAt(path, field)));
}
