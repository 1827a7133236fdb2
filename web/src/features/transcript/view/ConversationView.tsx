import type { TranscriptIndex } from '../parse/transcriptIndex';
import { RowView } from '../rows/RowView';
import { VirtualRows, type Following } from './VirtualRows';

interface Props extends Following {
  index: TranscriptIndex;
  version: number;
  active: boolean;
  onNearTop: () => void;
}

/** An estimate before a row is drawn: folded lines are low, the height of texts grows with their length. */
function heightOf(index: TranscriptIndex, at: number): number {
  const row = index.row(at);
  if (row === undefined) return 34;
  const lines = Math.min(40, Math.ceil((row.end - row.at) / 90));
  switch (row.kind) {
    case 'user':
    case 'assistant':
      return 44 + 21 * Math.max(1, lines - 5);
    case 'text':
      return 28 + 18 * lines;
    case 'error':
    case 'result':
      return 90;
    default:
      return 34;
  }
}

export function ConversationView({ index, version, active, ...list }: Props) {
  return (
    <VirtualRows
      label="Conversation"
      count={index.rowCount}
      version={version}
      keyOf={(at) => index.row(at)?.key ?? String(at)}
      estimate={(at) => heightOf(index, at)}
      draw={(at) => {
        const row = index.row(at);
        return row === undefined ? null : <RowView index={index} row={row} active={active} />;
      }}
      {...list}
    />
  );
}
