import {
  IconAlertTriangle,
  IconArrowsDiff,
  IconBolt,
  IconCircleDashed,
  IconCircleOff,
  IconGhost,
  IconHourglass,
  IconLink,
  IconPlayerPlay,
  IconPlayerStop,
  IconPlugConnected,
  IconPlugConnectedX,
  IconRecycle,
  IconSnowflake,
  IconSnowflakeOff,
  IconUnlink,
  type IconProps,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { ContainerEvent, LifecycleEvent } from '../../../api/types';
import type { Tone } from '../../../shared/trouble';

interface Look {
  icon: ComponentType<IconProps>;
  tone: Tone;
}

export const eventLooks: Record<ContainerEvent, Look> = {
  'container.lazy_started': { icon: IconPlayerPlay, tone: 'neutral' },
  'container.lazy_stopped': { icon: IconPlayerStop, tone: 'neutral' },
  'container.lazy_start_failed': { icon: IconAlertTriangle, tone: 'danger' },
  'container.start_failed': { icon: IconAlertTriangle, tone: 'danger' },
  'container.lazy_stop_failed': { icon: IconAlertTriangle, tone: 'danger' },
  'container.crashed': { icon: IconBolt, tone: 'danger' },
  'container.adopted': { icon: IconLink, tone: 'neutral' },
  'container.paused': { icon: IconSnowflake, tone: 'warning' },
  'container.unpaused': { icon: IconSnowflakeOff, tone: 'neutral' },
  'container.draining': { icon: IconHourglass, tone: 'neutral' },
  'container.recreated': { icon: IconRecycle, tone: 'neutral' },
  'container.drift_detected': { icon: IconArrowsDiff, tone: 'warning' },
  'container.orphan_found': { icon: IconGhost, tone: 'warning' },
  'container.lease_revoked': { icon: IconUnlink, tone: 'warning' },
  'container.engine_unreachable': { icon: IconPlugConnectedX, tone: 'danger' },
  'container.engine_recovered': { icon: IconPlugConnected, tone: 'neutral' },
  'container.circuit_open': { icon: IconCircleOff, tone: 'danger' },
  'container.circuit_half_open': { icon: IconCircleDashed, tone: 'neutral' },
};

function text(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

/** What a failure left behind: the error where the summary does not say it all, and the log's last lines. */
export function failureOf({ detail, summary }: Pick<LifecycleEvent, 'detail' | 'summary'>): {
  error: string | null;
  logTail: string | null;
} {
  const error = text(detail['error']);
  return { error: error !== null && summary.includes(error) ? null : error, logTail: text(detail['log_tail']) };
}
