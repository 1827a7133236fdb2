interface DiffLine {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

/** Above this many cells the middle is shown as one replacement; nobody reads such a diff line by line. */
const mostCells = 4_000_000;

/** Lengths of the longest common subsequences of all tails, (a.length+1) × (b.length+1), row by row. */
function tailLengths(a: string[], b: string[]): Uint32Array {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j;
      lengths[at] = a[i] === b[j] ? (lengths[at + width + 1] ?? 0) + 1 : Math.max(lengths[at + width] ?? 0, lengths[at + 1] ?? 0);
    }
  }
  return lengths;
}

function middle(a: string[], b: string[]): DiffLine[] {
  const removed = (text: string): DiffLine => ({ kind: 'removed', text });
  const added = (text: string): DiffLine => ({ kind: 'added', text });
  if (a.length * b.length > mostCells) return [...a.map(removed), ...b.map(added)];
  const lengths = tailLengths(a, b);
  const width = b.length + 1;
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const [left = '', right = ''] = [a[i], b[j]];
    if (left === right) {
      lines.push({ kind: 'same', text: left });
      i++;
      j++;
    } else if ((lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0)) {
      lines.push(removed(left));
      i++;
    } else {
      lines.push(added(right));
      j++;
    }
  }
  return [...lines, ...a.slice(i).map(removed), ...b.slice(j).map(added)];
}

export function lineDiff(a: string[], b: string[]): DiffLine[] {
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head < most && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < most - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const kept = (lines: string[]): DiffLine[] => lines.map((text) => ({ kind: 'same', text }));
  return [
    ...kept(a.slice(0, head)),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...kept(a.slice(a.length - tail)),
  ];
}

export type DiffRow = DiffLine | { kind: 'gap'; text: string };

/** Changed lines with `around` unchanged ones on each side; the rest is gaps. */
export function withContext(lines: DiffLine[], around = 3): DiffRow[] {
  const near = new Set<number>();
  lines.forEach(({ kind }, i) => {
    if (kind !== 'same') for (let k = i - around; k <= i + around; k++) near.add(k);
  });
  const rows: DiffRow[] = [];
  let hidden: DiffLine[] = [];
  const close = () => {
    // The gap's own line would take as much room as one hidden line.
    if (hidden.length === 1) rows.push(...hidden);
    else if (hidden.length > 1) rows.push({ kind: 'gap', text: `${hidden.length} unchanged lines` });
    hidden = [];
  };
  lines.forEach((line, i) => {
    if (!near.has(i)) hidden.push(line);
    else {
      close();
      rows.push(line);
    }
  });
  close();
  return rows;
}
