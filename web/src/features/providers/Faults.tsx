import { Text } from '@mantine/core';
import type { ProviderModel } from '../../api/types';
import { amount } from '../../shared/format';
import { RelativeTime } from '../../shared/RelativeTime';
import classes from './providers.module.css';

/** Tiers that are well, but do not understand what the agents send: only another configuration helps. */
export function Faults({ models }: { models: ProviderModel[] }) {
  const all = models.flatMap(({ model, faults }) => faults.map((fault) => ({ model, ...fault })));
  if (all.length === 0) return null;
  return (
    <div className={classes.faults}>
      <Text size="sm" fw={500}>
        <span className={classes.warning} aria-hidden>
          ▲{' '}
        </span>
        Configuration faults
      </Text>
      <ul aria-label="Configuration faults">
        {all.map(({ model, reason, tasks, since }) => (
          <li key={`${model} ${reason}`}>
            {model} refused {amount(tasks, 'task')} since <RelativeTime at={since} />: {reason}
          </li>
        ))}
      </ul>
      <Text size="xs" c="dimmed">
        The tier does not understand what its agents send. Their tasks go to other tiers; choose another model or provider for this one.
      </Text>
    </div>
  );
}
