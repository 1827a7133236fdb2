import { act, render, screen } from '@testing-library/react';
import { MantineProvider } from '@mantine/core';
import type { ReactElement } from 'react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { agent, exhausted, minute, now, operatorPaused, tier1, tier2, tier3 } from '../../testing/fixtures';
import { Cooldown } from './Cooldown';
import { retryIn, tierHint } from './tier';
import { TierBadge } from './TierBadge';

const draw = (element: ReactElement) => render(<MantineProvider env="test">{element}</MantineProvider>);

describe('the badge', () => {
  it.each([
    ['tier 1', tier1, '① claude-opus-4-7', 'neutral'],
    ['tier 2', tier2, '② deepseek-v4-pro', 'warning'],
    ['tier 3', tier3, '③ qwen3-coder', 'warning'],
    ['exhausted', exhausted, '✕ all tiers exhausted', 'danger'],
    ['paused by an operator', operatorPaused, '✕ paused', 'danger'],
  ])('says %s in words and tone', (_what, state, text, tone) => {
    draw(<TierBadge agent={agent('a', { provider_state: state })} />);
    const badge = screen.getByTestId('agent-tier-badge-a');
    expect(badge.textContent).toBe(text);
    expect(badge).toHaveAttribute('data-tone', tone);
  });

  it('shows the pump for a token budget only', () => {
    draw(
      <>
        <TierBadge agent={agent('a', { provider_state: tier3 })} />
        <TierBadge agent={agent('b', { provider_state: tier2 })} />
      </>,
    );
    expect(screen.getByTestId('agent-tier-icon-a')).toHaveTextContent('⛽');
    expect(screen.queryByTestId('agent-tier-icon-b')).not.toBeInTheDocument();
  });

  it('hints at why and since when', () => {
    expect(tierHint({ provider_state: tier2 }, now)).toBe('rate_limit · 47m ago');
    expect(tierHint({ provider_state: tier1 }, now)).toBeNull();
    expect(tierHint({ provider_state: { ...tier1, last_failover_at: now - minute } }, now)).toBeNull();
    expect(tierHint({ provider_state: operatorPaused }, now)).toBe('paused by an operator · ① claude-opus-4-7');
  });
});

describe('the countdown', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.setSystemTime(now);
  });

  it('ticks every half minute, in the last two minutes every second, and disappears when its time has come', () => {
    draw(<Cooldown agent={agent('a', { provider_state: { ...tier2, retry_at: now + 4 * minute } })} />);
    const countdown = screen.getByTestId('agent-cooldown-a');
    expect(countdown.textContent).toBe('retry in 4m');
    expect(countdown.parentElement).toHaveTextContent('(retry in 4m)');
    act(() => vi.advanceTimersByTime(minute));
    expect(countdown.textContent).toBe('retry in 3m');
    act(() => vi.advanceTimersByTime(minute + 1000));
    expect(countdown.textContent).toBe('retry in 119s');
    act(() => vi.advanceTimersByTime(1000));
    expect(countdown.textContent).toBe('retry in 118s');
    act(() => vi.advanceTimersByTime(2 * minute));
    expect(screen.queryByTestId('agent-cooldown-a')).not.toBeInTheDocument();
  });

  it('counts hours when there are many, and nothing when nothing will retry', () => {
    const at = (retry_at: number | null) => ({ provider_state: { ...tier2, retry_at } });
    expect(retryIn(at(now + 60 * minute), now)).toBe('in 60m');
    expect(retryIn(at(now + 60 * minute + 29_000), now)).toBe('in 60m');
    expect(retryIn(at(now + 5 * 60 * minute), now)).toBe('in 5h');
    expect(retryIn(at(now + 4_100), now)).toBe('in 5s');
    expect(retryIn(at(now), now)).toBeNull();
    expect(retryIn(at(null), now)).toBeNull();
    expect(retryIn({ provider_state: { ...operatorPaused, retry_at: now + minute } }, now)).toBeNull();
    expect(retryIn({ provider_state: exhausted }, now)).toBe('in 12m');
  });
});
