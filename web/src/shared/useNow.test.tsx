import { act, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useNow, useNowUntil } from './useNow';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function Clock({ name }: { name: string }) {
  const now = useNow(60_000);
  return <p>{`${name} ${new Date(now).toISOString()}`}</p>;
}

it('continues when the last listener leaves as others come', () => {
  // As with a real clock, no two readings are the same.
  let time = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => time++);
  const { rerender } = render(<Clock key="a" name="a" />);
  const others = ['b', 'c'].map((name) => <Clock key={name} name={name} />);
  rerender(others);
  rerender([...others, <Clock key="d" name="d" />]);
  expect(time).toBeLessThan(5);
  time = 90_000;
  act(() => void vi.advanceTimersByTime(60_000));
  for (const name of ['b', 'c', 'd']) expect(screen.getByText(`${name} 1970-01-01T00:01:30.000Z`)).toBeInTheDocument();
});

it('is on time after a while in which nobody listened', () => {
  vi.setSystemTime('2026-05-01T12:00:00Z');
  render(<Clock name="a" />).unmount();
  vi.setSystemTime('2026-05-01T15:00:00Z');
  render(<Clock name="d" />);
  expect(screen.getByText('d 2026-05-01T15:00:00.000Z')).toBeInTheDocument();
});

it('ticks every second for a countdown in seconds, also when the slow clock is late', () => {
  function Left({ at }: { at: number }) {
    return <p>{`left ${at - useNowUntil(null, at)}`}</p>;
  }
  const half = 30_000;
  vi.setSystemTime(0);
  const { rerender } = render(<Left at={600_000} />);
  act(() => void vi.advanceTimersByTime(half - 1000));
  expect(screen.getByText('left 600000')).toBeInTheDocument();
  rerender(<Left at={half + 119_000} />);
  act(() => void vi.advanceTimersByTime(1000));
  act(() => void vi.advanceTimersByTime(1000));
  expect(screen.getByText('left 118000')).toBeInTheDocument();
  rerender(<Left at={half} />);
  act(() => void vi.advanceTimersByTime(2000));
  expect(screen.getByText('left 0')).toBeInTheDocument();
});
