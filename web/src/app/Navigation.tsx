import { Badge, NavLink, Stack, VisuallyHidden } from '@mantine/core';
import {
  IconDatabase,
  IconListDetails,
  IconRobot,
  IconRun,
  IconSettings,
  IconTimeline,
  IconAdjustments,
  IconCloudComputing,
  type IconProps,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { Link, useLocation } from 'react-router';
import { useGetFleetQuery } from '../api/fleetApi';
import { toneOf } from '../shared/trouble';

interface Entry {
  to: string;
  label: string;
  icon: ComponentType<IconProps>;
}

export const entries: Entry[] = [
  { to: '/agents', label: 'Agents', icon: IconRobot },
  { to: '/providers', label: 'Providers', icon: IconCloudComputing },
  { to: '/rollouts', label: 'Rollouts', icon: IconListDetails },
  { to: '/resources', label: 'Resources', icon: IconDatabase },
  { to: '/traces', label: 'Traces', icon: IconTimeline },
  { to: '/runners', label: 'Runners', icon: IconRun },
  { to: '/config', label: 'Config', icon: IconAdjustments },
  { to: '/settings', label: 'Settings', icon: IconSettings },
];

/** How many agents need attention, and how badly. */
function TroubledBadge() {
  const { count, isDanger } = useGetFleetQuery(undefined, {
    selectFromResult: ({ data }) => {
      const tones = (data?.agents ?? []).map(toneOf).filter((tone) => tone !== 'neutral');
      return { count: tones.length, isDanger: tones.includes('danger') };
    },
  });
  if (count === 0) return null;
  return (
    <Badge size="sm" color={isDanger ? 'red.8' : 'yellow'} variant="filled" autoContrast>
      {count}
      <VisuallyHidden> need attention</VisuallyHidden>
    </Badge>
  );
}

export function Navigation({ onNavigate }: { onNavigate: () => void }) {
  const { pathname } = useLocation();
  return (
    <Stack gap={2}>
      {entries.map(({ to, label, icon: Icon }) => {
        const here = pathname === to || pathname.startsWith(`${to}/`);
        return (
          <NavLink
            key={to}
            component={Link}
            to={to}
            label={label}
            active={here}
            aria-current={here ? 'page' : undefined}
            leftSection={<Icon size={18} aria-hidden />}
            onClick={onNavigate}
            rightSection={to === '/agents' ? <TroubledBadge /> : undefined}
          />
        );
      })}
    </Stack>
  );
}
