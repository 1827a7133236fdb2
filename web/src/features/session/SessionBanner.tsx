import { Anchor, Group, Text } from '@mantine/core';
import { IconAlertTriangle, IconEye } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import classes from './SessionBanner.module.css';

interface Props {
  tone: 'quiet' | 'danger';
  /** What the way to the sign-in is called. */
  link: string;
  children: ReactNode;
}

/** A thin line above every page: who looks on may read, not act. */
export function SessionBanner({ tone, link, children }: Props) {
  const Icon = tone === 'danger' ? IconAlertTriangle : IconEye;
  return (
    <Group className={classes.banner} data-tone={tone} gap="xs" wrap="nowrap" role="status" mb="md">
      <Icon size={16} aria-hidden />
      <Text size="sm" span>
        {children}{' '}
        <Anchor component={Link} to="/settings#sign-in" size="sm" underline="always" inherit>
          {link}
        </Anchor>
      </Text>
    </Group>
  );
}
