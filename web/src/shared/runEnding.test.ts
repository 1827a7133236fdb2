import { expect, it } from 'vitest';
import { runEndingOf } from './runEnding';

it.each([
  [{ exit_code: 0 }, 'exit code 0', true],
  [{ exit_code: 3 }, 'exit code 3', false],
  [{ signal: 15 }, 'killed by SIGTERM', false],
  [{ signal: 'SIGKILL', exit_code: 137 }, 'killed by SIGKILL', false],
  [{ signal: 40 }, 'killed by signal 40', false],
  [{ exit_code: 137, signal: 9, oom: true }, 'out of memory, killed by SIGKILL', false],
  [{ exit_code: 0, oom: true }, 'out of memory, exit code 0', false],
])('%j is "%s"', (metadata, words, ordinary) => expect(runEndingOf(metadata)).toEqual({ words, ordinary }));

it.each([null, {}, { exit_code: null }, { exit_code: '3', oom: 'yes' }])('%j says nothing', (metadata) =>
  expect(runEndingOf(metadata)).toBeNull(),
);
