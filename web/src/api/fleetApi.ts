import { api } from './api';
import type { Agent, Envelope, Health, Provider, Session, Usage } from './types';

/** All instances, and the id of the last event in this snapshot. */
export interface Fleet {
  seq: number;
  agents: Agent[];
}

/** When there began to be a fleet. Only the very first event tells: others may follow ones that are deleted. */
export function beganOf(events: Envelope[] | undefined): number | null {
  const first = events?.[0];
  return first?.id === 1 ? first.ts : null;
}

/** What several features read. */
export const fleetApi = api.injectEndpoints({
  endpoints: (build) => ({
    getFleet: build.query<Fleet, void>({
      query: () => ({ path: '/agents' }),
      transformResponse: (agents: Agent[], meta) => ({ seq: Number(meta?.headers.get('Event-Seq') ?? 0), agents }),
      providesTags: ['Agents'],
      keepUnusedDataFor: 3600,
    }),
    getProviders: build.query<Provider[], void>({ query: () => ({ path: '/providers' }), providesTags: ['Providers'] }),
    getHealth: build.query<Health, void>({ query: () => ({ path: '/health' }), providesTags: ['Health'] }),
    getUsage: build.query<Usage, void>({ query: () => ({ path: '/usage' }), providesTags: ['Usage'] }),
    /** Null: not known, and then it is not young. */
    getBegin: build.query<number | null, void>({ query: () => ({ path: '/event-log', query: { limit: 1 } }), transformResponse: beganOf }),
    getSession: build.query<Session, void>({ query: () => ({ path: '/session' }), providesTags: ['Session'] }),
  }),
});

export const { useGetFleetQuery, useGetProvidersQuery, useGetHealthQuery, useGetUsageQuery, useGetBeginQuery, useGetSessionQuery } =
  fleetApi;

/** One instance of the fleet's snapshot; the component renders again only when this one changed. */
export function useAgent(name: string): { agent: Agent | undefined; isLoading: boolean; error: unknown } {
  return fleetApi.useGetFleetQuery(undefined, {
    selectFromResult: ({ data, isLoading, error }) => ({
      agent: data?.agents.find((agent) => agent.name === name),
      isLoading,
      error,
    }),
  });
}
