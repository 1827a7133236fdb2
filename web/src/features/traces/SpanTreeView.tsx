import { ActionIcon, Badge, Box, Group, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { Span } from '../../api/types';
import { milliseconds } from '../../shared/format';
import { llmCallOf, rewardOf } from './conversation';
import { SpanStatus } from './SpanStatus';
import { barOf, extentOf, linesOf, treeOf, withAncestors } from './spanTree';
import classes from './Traces.module.css';

interface Props {
  /** Of the whole attempt. */
  spans: readonly Span[];
  /** What a search found among them; it is drawn with what it lies under. */
  found: readonly Span[];
  /** Bars over time beside the names, or details of each span. */
  bars: boolean;
  onOpen: (span: Span) => void;
}

function lengthText({ start_time, end_time }: Span): string {
  if (start_time === null) return 'no time';
  return end_time === null ? 'open' : milliseconds((end_time - start_time) * 1000);
}

function attributesText(number: number): string {
  return number === 1 ? '1 attribute' : `${number} attributes`;
}

function Reward({ span }: { span: Span }) {
  const reward = rewardOf(span);
  if (reward === null) return null;
  return (
    <Badge size="sm" variant="light" tt="none" miw="max-content">
      reward {reward}
    </Badge>
  );
}

function Details({ span }: { span: Span }) {
  const call = llmCallOf(span);
  return (
    <Group gap="xs" wrap="nowrap" className={classes.details}>
      {call?.model !== undefined && call.model !== null && <Text size="xs">{call.model}</Text>}
      {call !== null && call.inputTokens !== null && (
        <Text size="xs" c="dimmed">
          {call.inputTokens} in · {call.outputTokens ?? '?'} out
        </Text>
      )}
      <Reward span={span} />
      <Text size="xs" c="dimmed" truncate>
        {attributesText(Object.keys(span.attributes).length)}
      </Text>
    </Group>
  );
}

/** The spans of an attempt by parentage: as a waterfall over time, or as a tree with what each holds. */
export function SpanTreeView({ spans, found, bars, onOpen }: Props) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const tree = useMemo(() => treeOf(withAncestors(spans, found)), [spans, found]);
  const isFound = useMemo(() => new Set(found), [found]);
  const extent = useMemo(() => extentOf(spans), [spans]);
  const toggle = (id: string) => {
    const next = new Set(closed);
    if (!next.delete(id)) next.add(id);
    setClosed(next);
  };
  return (
    <div role="tree" aria-label={bars ? 'Waterfall' : 'Span tree'} className={classes.tree}>
      {bars && extent !== null && (
        <div className={classes.line} aria-hidden>
          <span />
          <span className={classes.scale}>
            <span>0</span>
            <span>{milliseconds(((extent.end - extent.start) / 2) * 1000)}</span>
            <span>{milliseconds((extent.end - extent.start) * 1000)}</span>
          </span>
        </div>
      )}
      {linesOf(tree, closed).map(({ span, depth, children, orphan }) => {
        const bar = bars && extent !== null ? barOf(span, extent) : null;
        const open = !closed.has(span.span_id);
        return (
          <div key={`${span.span_id} ${span.sequence_id}`} role="treeitem" aria-level={depth + 1} aria-expanded={children.length > 0 ? open : undefined} className={classes.line} data-aside={!isFound.has(span)} data-testid={`span-${span.span_id}`}>
            <Group gap={2} wrap="nowrap" className={classes.name} pl={Math.min(depth, 12) * 16}>
              {children.length > 0 ? (
                <ActionIcon size="xs" variant="subtle" color="gray" aria-label={`${open ? 'close' : 'open'} ${span.name}`} onClick={() => toggle(span.span_id)}>
                  {open ? <IconChevronDown size={12} /> : <IconChevronRight size={12} />}
                </ActionIcon>
              ) : (
                <Box w={18} />
              )}
              <UnstyledButton className={classes.open} onClick={() => onOpen(span)}>
                {span.status.status_code === 'ERROR' && <SpanStatus code="ERROR" />}
                <Text span size="sm" truncate>
                  {span.name}
                </Text>
              </UnstyledButton>
              {bars && <Reward span={span} />}
              {orphan && (
                <Badge size="xs" color="yellow" miw="max-content" variant="light" tt="none" title={`its parent ${span.parent_id} is not among these spans`}>
                  ⚠ parent missing
                </Badge>
              )}
            </Group>
            {bars ? (
              <div className={classes.lane}>
                {bar !== null && <div className={classes.bar} data-error={span.status.status_code === 'ERROR'} style={{ left: `${bar.left}%`, width: `${bar.width}%` }} />}
              </div>
            ) : (
              <Details span={span} />
            )}
            <Text size="xs" ta="right" className={classes.length}>
              {lengthText(span)}
            </Text>
          </div>
        );
      })}
    </div>
  );
}
