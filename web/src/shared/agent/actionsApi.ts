import { api, type TagType } from '../../api/api';
import { fleetApi } from '../../api/fleetApi';
import type { Agent, ProviderState } from '../../api/types';

/** The expected response, shown before it arrives. */
export const expected = {
  'reset-tier': ({ provider_state: state, provider_chain: chain }: Agent): ProviderState => ({
    ...state,
    current_tier: 1,
    active_model: chain[0]?.model ?? state.active_model,
    last_failure_kind: null,
    last_failover_at: null,
    retry_at: null,
    paused: false,
    pause_reason: null,
  }),
  pause: ({ provider_state: state }: Agent): ProviderState => ({ ...state, paused: true, pause_reason: 'operator' }),
  unpause: ({ provider_state: state }: Agent): ProviderState => ({ ...state, paused: false, pause_reason: null }),
};

export type AgentAction = keyof typeof expected;

/** Replaces a state by name: the fleet may have been fetched again meanwhile. */
function put(name: string, next: (agent: Agent) => ProviderState) {
  return fleetApi.util.updateQueryData('getFleet', undefined, (fleet) => {
    const agent = fleet.agents.find((each) => each.name === name);
    if (agent) agent.provider_state = next(agent);
  });
}

const touched = (id: string) => {
  const own: TagType[] = ['ProviderEvents', 'TierTime', 'Why'];
  return ['Agents' as const, 'FleetHistory' as const, ...own.map((type) => ({ type, id }))];
};

export const actionsApi = api.injectEndpoints({
  endpoints: (build) => ({
    /** Optimistic: the fleet shows the new state at once, and the old one again when the daemon refuses. */
    actOnAgent: build.mutation<ProviderState, { name: string; action: AgentAction }>({
      query: ({ name, action }) => ({ path: `/agents/${encodeURIComponent(name)}/${action}`, method: 'POST' }),
      invalidatesTags: (_result, _error, { name }) => touched(name),
      async onQueryStarted({ name, action }, { dispatch, queryFulfilled }) {
        let before: ProviderState | undefined;
        const remember = (agent: Agent) => {
          before = { ...agent.provider_state };
          return expected[action](agent);
        };
        dispatch(put(name, remember));
        try {
          const { data } = await queryFulfilled;
          dispatch(put(name, () => data));
        } catch {
          dispatch(put(name, (agent) => before ?? agent.provider_state));
        }
      },
    }),
  }),
});

export const { useActOnAgentMutation } = actionsApi;
