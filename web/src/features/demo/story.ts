import type { Envelope } from '../../api/types';

/** What happens in the demo, and where one sees it. */
export interface Step {
  key: string;
  what: string;
  /** Until it has happened: where it will be seen. */
  to: string;
  seen: { words: string; at: number } | null;
}

interface Chapter {
  key: string;
  what: string;
  type: Envelope['type'];
  /** Where the type alone does not tell. */
  is?: (detail: Envelope['detail']) => boolean;
  /** The tab of the agent that shows it. */
  tab: 'chain' | 'activity';
  before: string;
}

const chapters: Chapter[] = [
  { key: 'start', what: 'A task comes, and its agent is started', type: 'container.lazy_started', tab: 'activity', before: '/agents' },
  {
    key: 'failover',
    what: 'The provider fails, and the agent moves to its next tier',
    type: 'provider.failover',
    tab: 'chain',
    before: '/providers',
  },
  {
    key: 'reset',
    what: 'The cooldown is over, and a success brings it back to tier 1',
    type: 'provider.reset',
    is: ({ kind, to_tier: to }) => kind === 'cooldown_reset' && to === 1,
    tab: 'chain',
    before: '/providers',
  },
  {
    key: 'stop',
    what: 'No task comes, and the agent is stopped',
    type: 'container.lazy_stopped',
    is: ({ reason }) => reason === undefined || reason === 'idle',
    tab: 'activity',
    before: '/agents',
  },
];

/** All that the story is told from. */
export const storyTypes = chapters.map(({ type }) => type).join(',');

/** Each step with the first event that shows it; `events` oldest first. */
export function stepsOf(events: Envelope[]): Step[] {
  return chapters.map(({ key, what, type, is, tab, before }) => {
    const event = events.find((each) => each.type === type && (is === undefined || is(each.detail)));
    if (event === undefined) return { key, what, to: before, seen: null };
    const to = event.instance === undefined ? before : `/agents/${encodeURIComponent(event.instance)}?tab=${tab}`;
    return { key, what, to, seen: { words: event.summary, at: event.ts } };
  });
}
