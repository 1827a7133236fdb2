import {
  IconAdjustments,
  IconArrowBackUp,
  IconArrowDownRight,
  IconCircleOff,
  IconClockPlay,
  IconPlayerPause,
  IconPlayerPlay,
  IconRotate2,
  type IconProps,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { LedgerChange, ProviderEvent } from '../../../api/types';
import { minuteStamp, tierGlyph } from '../../../shared/format';
import type { Tone } from '../../../shared/trouble';

export interface Look {
  word: string;
  icon: ComponentType<IconProps>;
  tone: Tone;
}

const failover: Look = { word: 'failover', icon: IconArrowDownRight, tone: 'warning' };

/** The kinds of rows that are not named after a failure. */
export const looks: Record<LedgerChange, Look> = {
  cooldown_reset: { word: 'cooldown reset', icon: IconArrowBackUp, tone: 'neutral' },
  manual_reset: { word: 'manual reset', icon: IconRotate2, tone: 'neutral' },
  pause: { word: 'pause', icon: IconPlayerPause, tone: 'danger' },
  unpause: { word: 'unpause', icon: IconPlayerPlay, tone: 'neutral' },
  exhausted: { word: 'exhausted', icon: IconCircleOff, tone: 'danger' },
  auto_resume: { word: 'auto-resume', icon: IconClockPlay, tone: 'neutral' },
  config_changed: { word: 'config changed', icon: IconAdjustments, tone: 'neutral' },
};

export function lookOf(kind: string): Look {
  return new Map<string, Look>(Object.entries(looks)).get(kind) ?? failover;
}

/** `① → ②`; or what happened, when the tier stays the same. */
function move({ from_tier, to_tier, kind }: ProviderEvent): string {
  if (kind === 'exhausted') return `${tierGlyph(from_tier)} → ✕`;
  return from_tier === to_tier ? tierGlyph(to_tier) : `${tierGlyph(from_tier)} → ${tierGlyph(to_tier)}`;
}

/** `2026-04-29 09:14 ① → ② "401 auth_error"`. */
export function ledgerLine(event: ProviderEvent): string {
  return `${minuteStamp(event.ts)} ${move(event)} "${event.reason}"`;
}

/** The pages come newest first, the rows of each oldest first; a row that is in two pages counts once. */
export function newestFirst(pages: ProviderEvent[][]): ProviderEvent[] {
  const rows = new Map<number, ProviderEvent>();
  for (const event of pages.flat()) rows.set(event.id, event);
  return [...rows.values()].sort((a, b) => b.id - a.id);
}
