import { Badge, NavLink, Stack } from '@mantine/core';
import {
  IconDatabase,
  IconListDetails,
  IconRobot,
  IconRun,
  IconSettings,
  IconTimeline,
  IconAdjustments,
  type IconProps,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { Link, useLocation } from 'react-router';
import { useGetFleetQuery } from '../api/fleetApi';
import { isTrouble } from '../shared/trouble';

interface Entry {
  to: string;
  label: string;
  icon: ComponentType<IconProps>;
}

export const entries: Entry[] = [
  { to: '/agents', label: 'Agents', icon: IconRobot },
  { to: '/rollouts', label: 'Rollouts', icon: IconListDetails },
  { to: '/resources', label: 'Resources', icon: IconDatabase },
  { to: '/traces', label: 'Traces', icon: IconTimeline },
  { to: '/runners', label: 'Runners', icon: IconRun },
  { to: '/config', label: 'Config', icon: IconAdjustments },
  { to: '/settings', label: 'Settings', icon: IconSettings },
];

/** The number beside Agents is how many want attention. */
function useTroubled(): number {
  const { count } = useGetFleetQuery(undefined, {
    selectFromResult: ({ data }) => ({ count: data?.agents.filter(isTrouble).length ?? 0 }),
  });
  return count;
}

export function Navigation({ onNavigate }: { onNavigate: () => void }) {
  const { pathname } = useLocation();
  const troubled = useTroubled();
  return (
    <Stack gap={2} component="nav" aria-label="Pages">
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
            rightSection={
              to === '/agents' && troubled > 0 ? (
                <Badge size="sm" color="yellow" variant="filled" autoContrast aria-label={`${troubled} want attention`}>
                  {troubled}
                </Badge>
              ) : undefined
            }
          />
        );
      })}
    </Stack>
  );
}
