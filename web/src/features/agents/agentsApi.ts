import { api } from '../../api/api';
import type { Envelope, NewTask, Rollout } from '../../api/types';
import { flipOf, type Flip } from './cells/history';

export const historyWindowMs = 86_400_000;
const pageSize = 5000;

/** The provider flips of a day, for the whole fleet. */
export interface FleetHistory {
  /** Its newest event. */
  lastId: number;
  flips: Record<string, Flip[]>;
}

/** Adds what is new and drops what is older than the window. Agents without news keep the same list. */
export function grown(known: FleetHistory | undefined, events: Envelope[], since: number): FleetHistory {
  const flips: FleetHistory['flips'] = {};
  for (const [agent, list] of Object.entries(known?.flips ?? {})) {
    const kept = (list[0]?.ts ?? since) < since ? list.filter(({ ts }) => ts >= since) : list;
    if (kept.length > 0) flips[agent] = kept;
  }
  let lastId = known?.lastId ?? 0;
  for (const event of events) {
    lastId = Math.max(lastId, event.id);
    const flip = event.instance === undefined ? null : flipOf(event);
    if (flip !== null && event.instance !== undefined) flips[event.instance] = [...(flips[event.instance] ?? []), flip];
  }
  return { lastId, flips };
}

export type TaskTarget = { kind: 'agent' | 'type'; name: string };

export const agentsApi = api.injectEndpoints({
  endpoints: (build) => ({
    /**
     * One request for all sparklines; after that only what is new, because one flip must not fetch a day of the
     * whole fleet again.
     */
    getFleetHistory: build.query<FleetHistory, void>({
      queryFn: async (_nothing, { getState }, _extra, baseQuery) => {
        const since = Date.now() - historyWindowMs;
        const ask = (range: { since: number } | { after: number }) =>
          baseQuery({ path: '/event-log', query: { types: 'provider.*', ...range, limit: pageSize } });
        let known = knownHistory(getState());
        for (;;) {
          // From our newest event on, inclusive: if it is missing, this is another log and we begin again.
          const answer = await ask(known === undefined ? { since } : { after: known.lastId - 1 });
          if (answer.error) return { error: answer.error };
          const events = answer.data as Envelope[];
          if (known !== undefined && events[0]?.id !== known.lastId) {
            known = undefined;
            continue;
          }
          known = grown(known, known === undefined ? events : events.slice(1), since);
          if (events.length < pageSize) return { data: known };
        }
      },
      providesTags: ['FleetHistory'],
    }),
    /** A task's own start, for "how long". */
    getRunningTask: build.query<Rollout, string>({
      query: (id) => ({ path: `/rollouts/${encodeURIComponent(id)}` }),
      providesTags: (_result, _error, id) => [{ type: 'Rollouts', id }],
      keepUnusedDataFor: 5,
    }),
    sendTaskTo: build.mutation<Rollout, { target: TaskTarget; task: NewTask }>({
      query: ({ target, task }) => ({
        path: `/${target.kind === 'agent' ? 'agents' : 'agent-types'}/${encodeURIComponent(target.name)}/tasks`,
        method: 'POST',
        body: task,
      }),
      invalidatesTags: (_result, error) => (error ? [] : ['Agents', { type: 'Rollouts', id: 'LIST' }]),
    }),
  }),
});

/** What the cache holds, if it can be extended. */
function knownHistory(state: unknown): FleetHistory | undefined {
  type Root = Parameters<ReturnType<typeof agentsApi.endpoints.getFleetHistory.select>>[0];
  const { data } = agentsApi.endpoints.getFleetHistory.select()(state as Root);
  return data !== undefined && data.lastId > 0 ? data : undefined;
}

export const { useGetFleetHistoryQuery, useGetRunningTaskQuery, useSendTaskToMutation } = agentsApi;
