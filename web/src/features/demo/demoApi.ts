import { api } from '../../api/api';
import type { Envelope } from '../../api/types';
import { stepsOf, storyTypes, type Step } from './story';

export const demoApi = api.injectEndpoints({
  endpoints: (build) => ({
    getStory: build.query<Step[], void>({
      query: () => ({ path: '/event-log', query: { types: storyTypes } }),
      transformResponse: (events: Envelope[]) => stepsOf(events),
    }),
  }),
});

export const { useGetStoryQuery } = demoApi;
