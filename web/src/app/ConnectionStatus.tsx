import { Group, Text, UnstyledButton } from '@mantine/core';
import { Link } from 'react-router';
import { useGetHealthQuery } from '../api/fleetApi';
import { useRefreshMs, useUi, type ConnectionStatus as Status } from '../shared/state';
import classes from './ConnectionStatus.module.css';
import { useRefreshing } from './useRefreshing';

const looks: Record<Status, { glyph: string; word: string; tone: string }> = {
  connecting: { glyph: '◌', word: 'connecting', tone: 'grey' },
  online: { glyph: '●', word: 'online', tone: 'good' },
  reconnecting: { glyph: '◌', word: 'reconnecting', tone: 'warning' },
  offline: { glyph: '✕', word: 'offline', tone: 'danger' },
  denied: { glyph: '✕', word: 'signed out', tone: 'danger' },
};

/** A full disk is not an event. */
const healthMs = 60_000;

/** Where the data comes from, and whether the connection is alive. A click leads to its setting. */
export function ConnectionStatus() {
  const status = useUi((state) => state.connection.status);
  const address = useUi((state) => state.backend.address);
  const { data: health } = useGetHealthQuery(undefined, { pollingInterval: useRefreshMs() || healthMs, skipPollingIfUnfocused: true });
  const refreshing = useRefreshing();
  const look = looks[status];
  const degraded = status === 'online' && health?.status === 'degraded';
  const word = degraded ? 'online, degraded' : look.word;
  return (
    <UnstyledButton component={Link} to="/settings" className={classes.box} data-testid="connection-status" data-status={status}>
      <Group gap={8} wrap="nowrap">
        <span className={classes.glyph} data-tone={degraded ? 'warning' : look.tone} aria-hidden>
          {look.glyph}
        </span>
        <Text size="sm" span role="status">
          {word}
        </Text>
        {refreshing && status === 'online' && (
          <Text size="xs" span className={classes.blink} aria-hidden>
            Refreshing
          </Text>
        )}
      </Group>
      <Text size="xs" c="dimmed" truncate title={address === '' ? location.origin : address}>
        {health?.demo === true && 'demo · '}
        {address === '' ? location.host : address}
        {health !== undefined && ` · v${health.version}`}
      </Text>
    </UnstyledButton>
  );
}
