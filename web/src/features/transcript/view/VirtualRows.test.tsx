import { fireEvent, screen } from '@testing-library/react';
import { useState } from 'react';
import { beforeEach, expect, it, vi } from 'vitest';
import { renderWithStore } from '../../../testing/render';
import { VirtualRows } from './VirtualRows';

// A window of 100 px on rows of 20 px each: jsdom lays nothing out.
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(100);
  vi.spyOn(HTMLElement.prototype, 'scrollHeight', 'get').mockImplementation(function (this: HTMLElement) {
    return 20 * this.querySelectorAll('[role=listitem]').length;
  });
});

interface Props {
  live?: boolean;
  startAtEnd?: boolean;
  onNearTop?: () => void;
}

function Growing({ live = true, startAtEnd = true, onNearTop = () => undefined }: Props) {
  const [count, setCount] = useState(50);
  const [follow, setFollow] = useState(live);
  return (
    <>
      <VirtualRows
        label="Rows"
        count={count}
        version={count}
        keyOf={String}
        estimate={() => 20}
        draw={(at) => `row ${at}`}
        follow={follow}
        onFollow={setFollow}
        live={live}
        startAtEnd={startAtEnd}
        onNearTop={onNearTop}
      />
      <button onClick={() => setCount(count + 5)}>grow</button>
      <output>{follow ? 'follows' : 'stays'}</output>
    </>
  );
}

function scroller(): HTMLElement {
  return screen.getByRole('region', { name: 'Rows' });
}

function scrollTo(top: number) {
  scroller().scrollTop = top;
  fireEvent.scroll(scroller());
}

/** The real scroller stops at its end and reports that. */
function atEnd(): boolean {
  return scroller().scrollTop >= scroller().scrollHeight - 100;
}

it('stays at the end while rows come', async () => {
  const { user } = renderWithStore(<Growing />);
  expect(atEnd()).toBe(true);
  await user.click(screen.getByRole('button', { name: 'grow' }));
  expect(atEnd()).toBe(true);
  expect(screen.getAllByRole('listitem').at(-1)).toHaveAttribute('aria-posinset', '55');
});

it('is released by scrolling up, and only by a person', async () => {
  const { user } = renderWithStore(<Growing />);
  scrollTo(900);
  scrollTo(700);
  expect(screen.getByText('follows')).toBeVisible();
  fireEvent.wheel(scroller());
  scrollTo(500);
  expect(screen.getByText('stays')).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'grow' }));
  expect(scroller().scrollTop).toBe(500);
});

it('follows again from the end: by scrolling there or by the button', async () => {
  const { user } = renderWithStore(<Growing />);
  scrollTo(900);
  fireEvent.wheel(scroller());
  scrollTo(300);
  await user.click(screen.getByRole('button', { name: 'Jump to end' }));
  expect(screen.getByText('follows')).toBeVisible();
  expect(atEnd()).toBe(true);
  scrollTo(900);
  fireEvent.wheel(scroller());
  scrollTo(300);
  expect(screen.getByText('stays')).toBeVisible();
  scrollTo(900);
  expect(screen.getByText('follows')).toBeVisible();
});

it('begins where it is told to', () => {
  renderWithStore(<Growing live={false} startAtEnd={false} />);
  expect(scroller().scrollTop).toBe(0);
});

it('goes to both ends by key', () => {
  renderWithStore(<Growing live={false} startAtEnd={false} />);
  fireEvent.keyDown(scroller(), { key: 'End' });
  expect(atEnd()).toBe(true);
  fireEvent.keyDown(scroller(), { key: 'Home' });
  expect(scroller().scrollTop).toBe(0);
});

it('asks for more when one scrolls up to the top', () => {
  const onNearTop = vi.fn();
  renderWithStore(<Growing live={false} onNearTop={onNearTop} />);
  scrollTo(900);
  scrollTo(100);
  expect(onNearTop).not.toHaveBeenCalled();
  fireEvent.keyDown(scroller(), { key: 'PageUp' });
  scrollTo(50);
  expect(onNearTop).toHaveBeenCalled();
});
