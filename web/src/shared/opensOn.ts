import type { KeyboardEvent, MouseEvent } from 'react';

/** These have clicks of their own; a link marked `data-open` opens its row. */
const controls = 'a:not([data-open]), button, input, label, select, textarea';

/** Whether text of the row is selected: then the click was the end of that. */
function isSelected(row: Element): boolean {
  const selection = window.getSelection();
  return selection !== null && !selection.isCollapsed && selection.getRangeAt(0).intersectsNode(row);
}

/** Whether a click means the row: not one of its controls, no other tab, no selection of text, no dialog that it opened. */
export function meansRow({ target, ctrlKey, metaKey, shiftKey, altKey }: MouseEvent, row: Element): boolean {
  if (!(target instanceof Element) || !row.contains(target) || target.closest(controls) !== null) return false;
  return !(ctrlKey || metaKey || shiftKey || altKey || isSelected(row));
}

/** For a row that opens something: by a click anywhere on it, and by Enter when the row itself has the focus. */
export function opensOn(open: () => void) {
  return {
    'data-opens': '',
    onClick: (event: MouseEvent) => {
      if (meansRow(event, event.currentTarget)) open();
    },
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === 'Enter' && event.target === event.currentTarget) open();
    },
  };
}
