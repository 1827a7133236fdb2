import { skipToken } from '@reduxjs/toolkit/query';
import type { Held, Rollout } from '../../api/types';
import { isManaged } from '../../shared/isManaged';
import { useGetHeldTasksQuery } from './rolloutsApi';

/** Whether it waits for one of our agents; others wait for whoever pulls them. */
function waits(rollout: Rollout): boolean {
  return (rollout.status === 'queuing' || rollout.status === 'requeuing') && isManaged(rollout);
}

/** What each of these tasks waits for, when a provider is out; asked only for those that may. */
export function useHeldTasks(rollouts: Rollout[]): (rollout: Rollout) => Held | undefined {
  const waiting = rollouts.filter(waits).map(({ rollout_id: id }) => id);
  // While another page of the list is fetched, what is known of the tasks on both stays.
  const { data } = useGetHeldTasksQuery(waiting.length === 0 ? skipToken : waiting);
  return (rollout) => (waits(rollout) ? data?.[rollout.rollout_id] : undefined);
}
