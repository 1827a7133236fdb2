import type { TagType } from '../api/api';
import type { Tag } from '../api/missedInvalidations';
import type { Envelope } from '../api/types';

function textOf(detail: Envelope['detail'], key: string): string | undefined {
  const value = detail[key];
  return typeof value === 'string' ? value : undefined;
}

/** Which snapshots an event makes stale. */
export function tagsOf({ type, instance, detail }: Envelope): Tag[] {
  const family = type.slice(0, type.indexOf('.'));
  const tags: Tag[] = instance !== undefined || family === 'rollout' || family === 'config' ? [{ type: 'Agents' }] : [];
  const ofAgent = (...types: TagType[]) => {
    if (instance !== undefined) for (const each of types) tags.push({ type: each, id: instance });
  };
  switch (family) {
    case 'provider':
      tags.push({ type: 'Providers' });
      ofAgent('ProviderEvents', 'TierTime', 'Why');
      if (instance !== undefined) tags.push({ type: 'FleetHistory' });
      // An account's, for all who wait for it.
      if (type === 'provider.held' || type === 'provider.released')
        tags.push({ type: 'Agents' }, { type: 'Health' }, { type: 'Why' }, { type: 'Rollouts', id: 'LIST' });
      break;
    case 'container':
      ofAgent('LifecycleEvents', 'TierTime', 'Why');
      if (type.startsWith('container.engine_')) tags.push({ type: 'Agents' }, { type: 'Health' });
      break;
    case 'rollout': {
      ofAgent('TierTime', 'Why');
      tags.push({ type: 'Rollouts', id: 'LIST' }, { type: 'Spans' }, { type: 'Workers' });
      const rollout = textOf(detail, 'rollout_id');
      if (rollout !== undefined) tags.push({ type: 'Rollouts', id: rollout });
      if (type === 'rollout.attempt_finished') tags.push({ type: 'Usage' }, { type: 'Providers' });
      break;
    }
    case 'config':
      tags.push({ type: 'Config' }, { type: 'Providers' }, { type: 'Models' }, { type: 'Usage' }, { type: 'Why' });
      break;
    case 'worker':
      tags.push({ type: 'Workers' });
      break;
    case 'resources':
      tags.push({ type: 'Resources' });
      break;
    default:
      break;
  }
  return tags;
}
