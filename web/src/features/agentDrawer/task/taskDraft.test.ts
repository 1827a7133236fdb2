import { describe, expect, it } from 'vitest';
import { emptyDraft, problemAt, problemsElsewhere, taskOf } from './taskDraft';

describe('the body of a task', () => {
  it('is only the text when nothing else was entered', () => {
    expect(taskOf({ ...emptyDraft, input: 'Review it.' })).toEqual({ task: { input: 'Review it.' } });
  });

  it('has JSON, metadata and settings as they were typed', () => {
    const draft = { format: 'json' as const, input: '{"pr": 17}', metadata: '{"ticket": "A-1"}', timeoutSeconds: 0.5, maxAttempts: '2' };
    expect(taskOf(draft)).toEqual({
      task: { input: { pr: 17 }, metadata: { ticket: 'A-1' }, config: { timeout_seconds: 0.5, max_attempts: 2 } },
    });
  });

  it('fills in one attempt when only a timeout was given', () => {
    expect(taskOf({ ...emptyDraft, input: 'x', timeoutSeconds: 60 })).toEqual({
      task: { input: 'x', config: { timeout_seconds: 60, max_attempts: 1 } },
    });
  });

  it.each([
    ['an empty input', { input: '  ' }, '/input', /what the agent/],
    ['broken JSON', { format: 'json' as const, input: '{"a":' }, '/input', /not JSON/],
    ['a number that the browser would round', { format: 'json' as const, input: '[12345678901234567890]' }, '/input', /too large/],
    ['metadata that is not an object', { input: 'x', metadata: '[1]' }, '/metadata', /must be an object/],
  ])('is not made of %s', (_what, over, path, reason) => {
    const made = taskOf({ ...emptyDraft, ...over });
    expect('problems' in made ? made.problems : []).toEqual([{ path, reason: expect.stringMatching(reason) as unknown }]);
  });
});

it('puts problems at their fields, and the rest elsewhere', () => {
  const problems = [
    { path: '/metadata/a', reason: 'is bad' },
    { path: '/config/max_attempts', reason: 'must be at least 1' },
    { path: '/config/retry_condition/0', reason: 'is not known' },
  ];
  expect(problemAt(problems, '/metadata')).toBe('/a is bad');
  expect(problemAt(problems, '/config/max_attempts')).toBe('must be at least 1');
  expect(problemAt(problems, '/input')).toBeUndefined();
  expect(problemsElsewhere(problems)).toEqual([problems[2]]);
});
