import { Badge, Text, Tooltip } from '@mantine/core';
import type { Tone } from '../../../shared/trouble';
import { duration } from '../../../shared/format';
import classes from './TierTimeBars.module.css';
import type { Share } from './tierShares';

function toneOf(id: string): Tone {
  if (id === 'paused') return 'danger';
  return id === '1' ? 'neutral' : 'warning';
}

/** The end of the day stays in sight: a bar begins before the track's end. */
const lastOffset = 99.5;

function Row({ share }: { share: Share }) {
  const tone = share.ms > 0 || share.isActive ? toneOf(share.id) : 'neutral';
  const took = duration(share.ms);
  // The bar shows that there was something.
  const said = share.percent === 0 && share.ms > 0 ? '< 1' : share.percent;
  return (
    <li className={classes.row} data-testid={`tier-time-row-${share.id}`}>
      <span className={classes.glyph} data-tone={tone}>
        {share.glyph}
      </span>
      <span className={classes.name}>
        {share.name}
        {share.provider !== null && (
          <Text span size="xs" c="dimmed">
            {share.provider}
          </Text>
        )}
        {share.isActive && (
          <Badge size="xs" variant="outline" color={tone === 'neutral' ? 'teal' : 'gray'}>
            now
          </Badge>
        )}
      </span>
      <span className={classes.percent}>
        {share.ms > 0 && (
          <Text span size="xs" c="dimmed" mr={8}>
            {took}
          </Text>
        )}
        {said} %
      </span>
      <Tooltip label={`${share.name}: ${said} %, ${took}`} disabled={share.ms === 0}>
        <div className={classes.track} aria-hidden>
          {share.ms > 0 && (
            <div
              className={classes.bar}
              data-tone={toneOf(share.id)}
              data-share={share.id}
              style={{ left: `${Math.min(share.offset, lastOffset)}%`, width: `${share.percent}%` }}
            />
          )}
        </div>
      </Tooltip>
    </li>
  );
}

/** Which tier served how long; each row starts where the one above ends. */
export function TierTimeBars({ shares, span }: { shares: Share[]; span: string }) {
  return (
    <ul className={classes.rows} aria-label={`Time on each tier: ${span}`} data-testid="tier-time-bar">
      {shares.map((share) => (
        <Row key={share.id} share={share} />
      ))}
    </ul>
  );
}
