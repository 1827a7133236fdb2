import { Group, SegmentedControl, Switch } from '@mantine/core';
import type { ReactNode } from 'react';

export type ViewName = 'conversation' | 'raw';

export function isViewName(value: unknown): value is ViewName {
  return value === 'conversation' || value === 'raw';
}

interface Props {
  view: ViewName;
  onView: (view: ViewName) => void;
  live: boolean;
  follow: boolean;
  onFollow: (follow: boolean) => void;
  children: ReactNode;
}

export function Toolbar({ view, onView, live, follow, onFollow, children }: Props) {
  return (
    <Group justify="space-between" gap="xs">
      <SegmentedControl
        size="xs"
        aria-label="View"
        value={view}
        onChange={(value) => isViewName(value) && onView(value)}
        data={[
          { value: 'conversation', label: 'Conversation' },
          { value: 'raw', label: 'Raw' },
        ]}
      />
      <Group gap="xs">
        {live && <Switch size="xs" label="Follow" checked={follow} onChange={(event) => onFollow(event.currentTarget.checked)} />}
        {children}
      </Group>
    </Group>
  );
}
