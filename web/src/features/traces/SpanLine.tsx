import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { memo } from 'react';
import type { Span } from '../../api/types';
import { milliseconds } from '../../shared/format';
import { opensOn } from '../../shared/opensOn';
import { llmCallOf, rewardOf } from './conversation';
import { barOf } from './spanTree';
import classes from './Traces.module.css';

interface Props {
  span: Span;
  depth: number;
  /** Null: it has no children. */
  open: boolean | null;
  orphan: boolean;
  found: boolean;
  bars: boolean;
  /** The extent of the attempt, for the waterfall. */
  from: number | null;
  to: number | null;
  onToggle: (id: string) => void;
  onOpen: (span: Span) => void;
}

function lengthText({ start_time, end_time }: Span): string {
  if (start_time === null) return 'no time';
  return end_time === null ? 'open' : milliseconds((end_time - start_time) * 1000);
}

function Reward({ span }: { span: Span }) {
  const reward = rewardOf(span);
  return reward !== null && <span className={classes.mark}>reward {reward}</span>;
}

function Details({ span }: { span: Span }) {
  const call = llmCallOf(span);
  const attributes = Object.keys(span.attributes).length;
  return (
    <span className={classes.details}>
      {call?.model}
      {call !== null && call.inputTokens !== null && (
        <span className={classes.dim}>
          {call.inputTokens} in · {call.outputTokens ?? '?'} out
        </span>
      )}
      <Reward span={span} />
      <span className={classes.dim}>{attributes === 1 ? '1 attribute' : `${attributes} attributes`}</span>
    </span>
  );
}

function Lane({ span, from, to }: { span: Span; from: number | null; to: number | null }) {
  const bar = from === null || to === null ? null : barOf(span, { start: from, end: to });
  return (
    <span className={classes.lane}>
      {bar !== null && (
        <span
          className={classes.bar}
          data-error={span.status.status_code === 'ERROR'}
          style={{ left: `${bar.left}%`, width: `${bar.width}%` }}
        />
      )}
    </span>
  );
}

/** One span among up to two thousand: plain elements, drawn again only when it changed. */
export const SpanLine = memo(function SpanLine({ span, depth, open, orphan, found, bars, from, to, onToggle, onOpen }: Props) {
  return (
    <div
      role="treeitem"
      aria-level={depth + 1}
      aria-expanded={open ?? undefined}
      className={classes.line}
      data-found={found}
      data-testid={`span-${span.span_id}`}
      {...opensOn(() => onOpen(span))}
    >
      <span className={classes.name} style={{ paddingLeft: Math.min(depth, 12) * 16 }}>
        {open === null ? (
          <span className={classes.leaf} />
        ) : (
          <button
            type="button"
            className={classes.toggle}
            aria-label={`${open ? 'close' : 'open'} ${span.name}`}
            onClick={() => onToggle(span.span_id)}
          >
            {open ? <IconChevronDown size={12} /> : <IconChevronRight size={12} />}
          </button>
        )}
        {span.status.status_code === 'ERROR' && (
          <span className={classes.mark} data-tone="red">
            <span aria-hidden>✕</span> ERROR
          </span>
        )}
        <button type="button" className={classes.open} title={span.name} onClick={() => onOpen(span)}>
          {span.name}
        </button>
        {bars && <Reward span={span} />}
        {orphan && (
          <span className={classes.mark} data-tone="yellow" title={`its parent ${span.parent_id} is not among these spans`}>
            ⚠ parent missing
          </span>
        )}
      </span>
      {bars ? <Lane span={span} from={from} to={to} /> : <Details span={span} />}
      <span className={classes.length}>{lengthText(span)}</span>
    </div>
  );
});
