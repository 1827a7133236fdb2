import { UnstyledButton } from '@mantine/core';
import { count, frozen, tierGlyph } from '../../../shared/format';
import type { Tone } from '../../../shared/trouble';
import type { Selection } from '../selection/selection';
import { activities, tierGroups, type Activity, type Counts, type TierGroup } from '../selection/standing';
import classes from './strip.module.css';

interface Props {
  counts: Counts;
  selection: Pick<Selection, 'tier' | 'activity'>;
  onChange: (part: Partial<Pick<Selection, 'tier' | 'activity'>>) => void;
}

interface ItemProps {
  label: string;
  /** What a screen reader hears instead of the glyph. */
  spoken: string;
  value: number;
  tone: Tone;
  pressed: boolean;
  onClick: () => void;
}

function Item({ label, spoken, value, tone, pressed, onClick }: ItemProps) {
  return (
    <UnstyledButton
      className={classes.item}
      aria-pressed={pressed}
      aria-label={`${spoken}: ${value}`}
      data-tone={value === 0 ? 'neutral' : tone}
      data-none={value === 0}
      onClick={onClick}
    >
      {label} <b>{count(value)}</b>
    </UnstyledButton>
  );
}

const tierTones: Record<TierGroup, Tone> = { '1': 'neutral', '2': 'warning', '3': 'warning', paused: 'danger' };
const activityTones: Record<Activity, Tone> = {
  busy: 'neutral',
  starting: 'neutral',
  idle: 'neutral',
  stopped: 'neutral',
  paused: 'warning',
  failed: 'danger',
};
/** The tiers have a word "paused" too. */
const activityWords: Partial<Record<Activity, { label: string; spoken: string }>> = {
  paused: { label: `${frozen} paused`, spoken: 'container paused' },
};

/** The fleet in one line: its tiers and what it does. A click filters by one, another click shows all again. */
export function FleetStrip({ counts, selection, onChange }: Props) {
  // Rare, and shown only then.
  const isShown = (activity: Activity) => activity !== 'paused' || counts.activity.paused > 0 || selection.activity === 'paused';
  return (
    <div className={classes.strip} role="group" aria-label="Fleet">
      <div className={classes.part} role="group" aria-label="Active tier">
        {tierGroups.map((group) => (
          <Item
            key={group}
            label={group === 'paused' ? '✕ paused' : tierGlyph(Number(group))}
            spoken={group === 'paused' ? 'paused' : `on tier ${group}`}
            value={counts.tier[group]}
            tone={tierTones[group]}
            pressed={selection.tier === group}
            onClick={() => onChange({ tier: selection.tier === group ? null : group })}
          />
        ))}
      </div>
      <div className={classes.part} role="group" aria-label="Activity">
        {activities.filter(isShown).map((activity) => (
          <Item
            key={activity}
            label={activityWords[activity]?.label ?? activity}
            spoken={activityWords[activity]?.spoken ?? activity}
            value={counts.activity[activity]}
            tone={activityTones[activity]}
            pressed={selection.activity === activity}
            onClick={() => onChange({ activity: selection.activity === activity ? null : activity })}
          />
        ))}
      </div>
    </div>
  );
}
