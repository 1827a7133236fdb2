import { describe, expect, it } from 'vitest';
import { agent, fleet, operatorPaused, tier2 } from '../../../testing/fixtures';
import { tokenTable } from '../cells/tokens';
import { dayUsage } from '../fixtures';
import { nextSort, selectAgents, selectionOf, withSelection, type Selection } from './selection';
import { countFleet } from './standing';

const tokensOf = tokenTable(dayUsage);
const names = (search: string) => selectAgents(fleet, selectionOf(new URLSearchParams(search)), tokensOf).map(({ name }) => name);

it('puts the worst first, then sorts by name', () => {
  expect(names('')).toEqual(['designer-default', 'writer-b', 'reviewer-b', 'reviewer-default', 'writer-a']);
});

describe('sorting', () => {
  it.each([
    ['sort=tier', ['writer-a', 'reviewer-default', 'reviewer-b', 'writer-b', 'designer-default']],
    ['sort=tier&order=desc', ['designer-default', 'writer-b', 'reviewer-b', 'reviewer-default', 'writer-a']],
    ['sort=name&order=desc', ['writer-b', 'writer-a', 'reviewer-default', 'reviewer-b', 'designer-default']],
    ['sort=queue&order=desc', ['designer-default', 'reviewer-b', 'reviewer-default', 'writer-a', 'writer-b']],
    ['sort=tokens', ['writer-a', 'writer-b', 'reviewer-b', 'reviewer-default', 'designer-default']],
    // Agents without a lifecycle are last in both directions.
    ['sort=cold', ['designer-default', 'reviewer-b', 'reviewer-default', 'writer-a', 'writer-b']],
    ['sort=cold&order=desc', ['designer-default', 'reviewer-b', 'reviewer-default', 'writer-a', 'writer-b']],
  ])('%s', (search, expected) => {
    expect(names(search)).toEqual(expected);
  });

  it('cycles: ascending, descending, worst first', () => {
    const first = nextSort({ sort: null, descending: false }, 'tier');
    const second = nextSort(first, 'tier');
    expect([first, second, nextSort(second, 'tier')]).toEqual([
      { sort: 'tier', descending: false },
      { sort: 'tier', descending: true },
      { sort: null, descending: false },
    ]);
  });

  it('counts numbers in names', () => {
    const agents = ['a-10', 'a-9', 'a-1'].map((name) => agent(name));
    const all: Selection = { text: '', tier: null, activity: null, sort: 'name', descending: false };
    expect(selectAgents(agents, all, tokensOf).map(({ name }) => name)).toEqual(['a-1', 'a-9', 'a-10']);
  });
});

describe('filtering', () => {
  it.each([
    ['tier=1', ['writer-a']],
    ['tier=2', ['reviewer-default']],
    ['tier=fallback', ['reviewer-b', 'reviewer-default']],
    ['tier=paused', ['designer-default', 'writer-b']],
    ['tier=exhausted', ['designer-default']],
    ['state=busy', ['reviewer-default']],
    ['state=idle', ['reviewer-b', 'writer-a']],
    ['tier=fallback&state=idle', ['reviewer-b']],
    ['q=WRITER', ['writer-b', 'writer-a']],
    ['q=default+deepseek', ['reviewer-default']],
    ['tier=nonsense', ['designer-default', 'writer-b', 'reviewer-b', 'reviewer-default', 'writer-a']],
  ])('%s', (search, expected) => {
    expect(names(search)).toEqual(expected);
  });
});

it('keeps the selection in the address and does not change the rest of it', () => {
  const selection = selectionOf(new URLSearchParams('q=a&tier=2&state=busy&sort=tier&order=desc'));
  expect(withSelection(new URLSearchParams('tab=why&q=old'), selection).toString()).toBe(
    'tab=why&q=a&tier=2&state=busy&sort=tier&order=desc',
  );
  expect(withSelection(new URLSearchParams('tab=why&q=old&sort=tier'), { ...selectionOf(new URLSearchParams()) }).toString()).toBe(
    'tab=why',
  );
});

it('counts the tiers and activities of the fleet', () => {
  const host = { state: { lifecycle_state: null, lifecycle_metrics: null } };
  const agents = [
    ...fleet,
    agent('h-1', { ...host, current_rollout_id: 'ro-1' }),
    agent('h-2', { ...host, provider_state: tier2 }),
    agent('p', { ...host, provider_state: operatorPaused }),
  ];
  expect(countFleet(agents)).toEqual({
    tier: { '1': 2, '2': 2, '3': 1, paused: 3 },
    activity: { busy: 2, starting: 0, idle: 2, stopped: 1, failed: 0, paused: 0 },
  });
});
