import { Group, Text } from '@mantine/core';
import { IconAlertTriangle, IconEye } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './Banner.module.css';

interface Props {
  tone: 'quiet' | 'warning' | 'danger';
  children: ReactNode;
}

/** A thin line above every page, for what concerns all of them. */
export function Banner({ tone, children }: Props) {
  const Icon = tone === 'quiet' ? IconEye : IconAlertTriangle;
  return (
    <Group className={classes.banner} data-tone={tone} gap="xs" wrap="nowrap" role="status" mb="md">
      <Icon size={16} aria-hidden className={classes.icon} />
      <Text size="sm" span>
        {children}
      </Text>
    </Group>
  );
}
