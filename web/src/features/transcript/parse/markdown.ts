export type Inline = { kind: 'plain' | 'code'; text: string } | { kind: 'bold'; parts: Inline[] };

interface ListItem {
  marker: string;
  /** In characters. */
  indent: number;
  text: string;
}

export type Block = { kind: 'heading'; level: number; text: string } | { kind: 'list'; items: ListItem[] } | { kind: 'text'; text: string };

// Bounded, so that no line takes long.
const marks = /(?<!`)(`{1,3})(?!`)([^\n]{0,400}?[^`\n])\1(?!`)|(?<![\w/*])\*\*(?=[^\s*])([^\n]{1,400}?)(?<=\S)\*\*(?![\w/*])/g;

/** `code` and **bold**; everything else stays as it is. */
export function inlinesOf(text: string): Inline[] {
  const parts: Inline[] = [];
  let from = 0;
  for (const found of text.matchAll(marks)) {
    if (found.index > from) parts.push({ kind: 'plain', text: text.slice(from, found.index) });
    const [whole, , code, bold] = found;
    parts.push(bold === undefined ? { kind: 'code', text: code ?? '' } : { kind: 'bold', parts: inlinesOf(bold) });
    from = found.index + whole.length;
  }
  if (from < text.length) parts.push({ kind: 'plain', text: text.slice(from) });
  return parts;
}

const heading = /^(#{1,6}) +(\S.*?)(?: +#+)?$/;
const item = /^( *)([-*+]|\d{1,4}[.)]) +(\S.*)$/;

/** Headings, list items with the lines that belong to them, and runs of other lines. */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  const close = () => {
    const joined = lines.join('\n').replace(/^\n+|\n+$/g, '');
    if (joined !== '') blocks.push({ kind: 'text', text: joined });
    lines = [];
  };
  for (const line of text.split('\n')) {
    const last = blocks.at(-1);
    const open = lines.length === 0 && last?.kind === 'list' ? last : null;
    const title = heading.exec(line);
    const point = item.exec(line);
    if (title !== null) {
      close();
      blocks.push({ kind: 'heading', level: title[1]?.length ?? 1, text: title[2] ?? '' });
    } else if (point !== null) {
      close();
      const [, indent = '', marker = '', rest = ''] = point;
      const next = { marker: /^\d/.test(marker) ? marker : '•', indent: indent.length, text: rest };
      if (open === null) blocks.push({ kind: 'list', items: [next] });
      else open.items.push(next);
    } else if (open !== null && /^ {2,}\S/.test(line)) {
      const above = open.items.at(-1);
      if (above !== undefined) above.text += `\n${line.trim()}`;
    } else {
      lines.push(line);
    }
  }
  close();
  return blocks;
}
