import { expect, it } from 'vitest';
import { story } from './fixtures';
import { stepsOf, storyTypes } from './story';

it('has four steps, none of them seen before it happened', () => {
  expect(stepsOf([]).map(({ key, to, seen }) => [key, to, seen])).toEqual([
    ['start', '/agents', null],
    ['failover', '/providers', null],
    ['reset', '/providers', null],
    ['stop', '/agents', null],
  ]);
});

it('shows each with the first event of its kind, and leads to where that is seen', () => {
  expect(stepsOf(story).map(({ to, seen }) => [to, seen?.words])).toEqual([
    ['/agents/reviewer-default?tab=activity', 'reviewer-default started in 12 ms'],
    ['/agents/reviewer-default?tab=chain', 'reviewer-default ① → ②: 401 invalid x-api-key'],
    ['/agents/reviewer-default?tab=chain', 'reviewer-default ② → ①: cooldown over'],
    ['/agents/writer-default?tab=activity', 'writer-default stopped after 6 s idle'],
  ]);
});

it('takes neither an operator’s reset nor an operator’s stop for the fleet’s own', () => {
  const [, , reset, stop] = stepsOf(story.filter(({ detail }) => detail['kind'] !== 'cooldown_reset' && detail['reason'] !== 'idle'));
  expect([reset?.seen, stop?.seen]).toEqual([null, null]);
});

it('asks for nothing else', () => {
  expect(storyTypes).toBe('container.lazy_started,provider.failover,provider.reset,container.lazy_stopped');
});
