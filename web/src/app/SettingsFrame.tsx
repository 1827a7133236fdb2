import { Stack, Title } from '@mantine/core';
import { NavLink, Outlet } from 'react-router';
import classes from './SettingsFrame.module.css';

const parts = [
  { to: '/settings', label: 'General' },
  { to: '/settings/access', label: 'Access' },
  { to: '/settings/audit', label: 'Audit log' },
];

/** What the parts of Settings share: each has an address of its own. */
export default function SettingsFrame() {
  return (
    <Stack>
      <Title order={1} size="h2">
        Settings
      </Title>
      <nav aria-label="Settings" className={classes.tabs}>
        {parts.map(({ to, label }) => (
          <NavLink key={to} to={to} end className={classes.tab}>
            {label}
          </NavLink>
        ))}
      </nav>
      <Outlet />
    </Stack>
  );
}
