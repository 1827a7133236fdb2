import { fireEvent, render, screen } from '@testing-library/react';
import { createPortal } from 'react-dom';
import { beforeEach, expect, it, vi } from 'vitest';
import { opensOn } from './opensOn';

const open = vi.fn();

beforeEach(() => {
  open.mockReset();
  window.getSelection()?.removeAllRanges();
  render(
    <>
      <div data-testid="row" tabIndex={-1} {...opensOn(open)}>
        <span>its text</span>
        <button>
          <span>a button</span>
        </button>
        <a href="#elsewhere">a link</a>
        <a href="#here" data-open>
          its name
        </a>
        <input aria-label="select it" type="checkbox" />
        {createPortal(<p>a dialog</p>, document.body)}
      </div>
      <p>beside it</p>
    </>,
  );
});

it.each(['its text', 'its name'])('opens on a click on %s', (text) => {
  fireEvent.click(screen.getByText(text));
  expect(open).toHaveBeenCalledOnce();
});

it.each(['a button', 'a link', 'a dialog'])('leaves a click on %s to that', (text) => {
  fireEvent.click(screen.getByText(text));
  expect(open).not.toHaveBeenCalled();
});

it('leaves a click on its checkbox to that', () => {
  fireEvent.click(screen.getByRole('checkbox'));
  expect(open).not.toHaveBeenCalled();
});

it.each(['ctrlKey', 'metaKey', 'shiftKey', 'altKey'])('leaves a click with %s to the browser', (key) => {
  fireEvent.click(screen.getByText('its text'), { [key]: true });
  expect(open).not.toHaveBeenCalled();
});

it('is not opened by the end of a selection of its text, but with text selected elsewhere', () => {
  window.getSelection()?.selectAllChildren(screen.getByText('its text'));
  fireEvent.click(screen.getByText('its text'));
  expect(open).not.toHaveBeenCalled();
  window.getSelection()?.selectAllChildren(screen.getByText('beside it'));
  fireEvent.click(screen.getByText('its text'));
  expect(open).toHaveBeenCalledOnce();
});

it('opens on Enter when it has the focus itself', () => {
  fireEvent.keyDown(screen.getByRole('checkbox'), { key: 'Enter' });
  fireEvent.keyDown(screen.getByTestId('row'), { key: ' ' });
  expect(open).not.toHaveBeenCalled();
  fireEvent.keyDown(screen.getByTestId('row'), { key: 'Enter' });
  expect(open).toHaveBeenCalledOnce();
});
