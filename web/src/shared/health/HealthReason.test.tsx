import { MantineProvider } from '@mantine/core';
import { act, render, screen } from '@testing-library/react';
import type { ReactElement } from 'react';
import { beforeEach, expect, it, vi } from 'vitest';
import { minute, now } from '../../testing/fixtures';
import { closed, outOfQuota, unconfigured, waitsForQuota } from '../../testing/providers';
import { clock } from '../format';
import { HealthBadge } from './HealthBadge';
import { HealthReason } from './HealthReason';
import { HeldLine } from './HeldLine';

function textOf(element: ReactElement): string | null {
  render(
    <MantineProvider env="test">
      <div data-testid="shown">{element}</div>
    </MantineProvider>,
  );
  return screen.getByTestId('shown').textContent;
}

beforeEach(() => {
  vi.setSystemTime(now);
});

it.each([
  [outOfQuota, 'the allowance is used up: 429 quota · all models of the account · 47m ago, seen by reviewer-default'],
  [{ ...outOfQuota, scope: 'tier' } as const, 'the allowance is used up: 429 quota · 47m ago, seen by reviewer-default'],
  [{ state: 'open', scope: 'agent', kind: 'timeout', seen_by: 'a' } as const, 'no answer in time: timeout · one agent only · seen by a'],
  [{ state: 'open', scope: 'host' } as const, 'one machine only'],
  [unconfigured, 'ANTHROPIC_API_KEY is not set · all models of the account'],
  [{ ...closed, ...outOfQuota, state: 'closed' } as const, ''],
])('says why, of whom, since when and who saw it: %j', (health, text) => expect(textOf(<HealthReason health={health} />)).toBe(text));

it.each([
  [now + 12 * minute, `✕ out until ${clock(now + 12 * minute, now)}(in 12m)`],
  [now + 20_000, `✕ out until ${clock(now + 20_000, now)}(in 20s)`],
  [now - 1, '✕ out, about to be due'],
])('counts down to %i, and not below', (until, text) => expect(textOf(<HealthBadge health={{ ...outOfQuota, until }} />)).toBe(text));

it.each([
  [{}, false, `waits for anthropic until ${clock(now + 12 * minute, now)} (quota), in 12m`],
  [{}, true, `waits for anthropic until ${clock(now + 12 * minute, now)} (quota)`],
  [{ until: now }, false, 'waits for its turn at anthropic (quota)'],
])('says what is waited for: %j %s', (over, isCounted, text) =>
  expect(textOf(<HeldLine held={{ ...waitsForQuota, ...over }} isCounted={isCounted} />)).toBe(text),
);

it('leaves no empty brackets when the countdown is over', () => {
  vi.useFakeTimers();
  vi.setSystemTime(now);
  expect(textOf(<HealthBadge health={{ ...outOfQuota, until: now + 5_000 }} />)).toMatch(/\(in 5s\)$/);
  act(() => vi.advanceTimersByTime(5_000));
  expect(screen.getByTestId('shown').textContent).toBe('✕ out, about to be due');
  vi.useRealTimers();
});
