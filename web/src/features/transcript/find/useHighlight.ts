import { useEffect, type RefObject } from 'react';

const name = 'transcript-find';
/** The drawing exceeds that only when someone unfolded a very long text. */
const mostRanges = 2000;

function rangesIn(root: Node, text: string): Range[] {
  const ranges: Range[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null && ranges.length < mostRanges; node = walker.nextNode()) {
    const words = node.nodeValue?.toLowerCase() ?? '';
    for (let at = words.indexOf(text); at >= 0; at = words.indexOf(text, at + text.length)) {
      // Lower case may have another length: then the position is unknown.
      if (words.length !== node.nodeValue?.length) break;
      const range = new Range();
      range.setStart(node, at);
      range.setEnd(node, at + text.length);
      ranges.push(range);
    }
  }
  return ranges;
}

/** Marks the words in what is drawn, where the browser can; the rows are marked without it too. */
export function useHighlight(root: RefObject<HTMLElement | null>, query: string): void {
  // After every drawing: rows come and go as one scrolls.
  useEffect(() => {
    if (typeof Highlight === 'undefined') return;
    const text = query.toLowerCase();
    if (root.current !== null && text.trim() !== '') CSS.highlights.set(name, new Highlight(...rangesIn(root.current, text)));
    else CSS.highlights.delete(name);
  });
  useEffect(
    () => () => {
      if (typeof Highlight !== 'undefined') CSS.highlights.delete(name);
    },
    [],
  );
}
