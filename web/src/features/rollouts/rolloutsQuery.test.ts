import { expect, it } from 'vitest';
import { argumentsOf, viewOf, withChange } from './rolloutsQuery';

it('asks for the newest hundred when the address says nothing', () => {
  expect(argumentsOf(viewOf(new URLSearchParams()))).toBe('limit=100&offset=0&sort_by=start_time&sort_order=desc');
});

it('keeps filters in the address and asks the store for them', () => {
  const query = withChange(new URLSearchParams('transcript=ro-1'), {
    statuses: ['failed', 'running'],
    modes: ['train'],
    search: '41f',
    metadata: 'agent=reviewer-default',
    since: 1777,
  });
  expect(query.get('transcript')).toBe('ro-1');
  const asked = new URLSearchParams(argumentsOf(viewOf(query)));
  expect(asked.getAll('status_in')).toEqual(['failed', 'running']);
  expect(asked.getAll('mode_in')).toEqual(['train']);
  expect(asked.get('rollout_id_contains')).toBe('41f');
  expect(asked.get('metadata.agent')).toBe('reviewer-default');
  expect(asked.get('since')).toBe('1777');
});

it('starts at page one when a filter changes, and pages by offset', () => {
  const third = withChange(new URLSearchParams(), { page: 3 });
  expect(new URLSearchParams(argumentsOf(viewOf(third))).get('offset')).toBe('200');
  expect(viewOf(withChange(third, { search: 'x' })).page).toBe(1);
});

it('ignores words it does not know', () => {
  const view = viewOf(new URLSearchParams('status=failed,wrong&sort=input&page=-4&since=soon'));
  expect(view).toMatchObject({ statuses: ['failed'], sort: 'start_time', descending: true, page: 1, since: null });
});
