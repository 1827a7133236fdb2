import { describe, expect, it } from 'vitest';
import { drawerOf, placeOf, type DrawerContent } from './drawer';

const at = (text: string) => {
  const [pathname = '', search = ''] = text.split('?');
  return { pathname, search: search === '' ? '' : `?${search}` };
};
const agent: DrawerContent = { kind: 'agent', name: 'writer-a', tab: null };
const transcript: DrawerContent = { kind: 'transcript', rolloutId: 'ro-1', attemptId: 'at-2' };

describe('drawerOf', () => {
  it.each<[string, DrawerContent | null]>([
    ['/agents', null],
    ['/agents?tier=2', null],
    ['/agents/writer-a', agent],
    ['/agents/writer-a?tab=why', { ...agent, tab: 'why' }],
    ['/agents/a%20b', { ...agent, name: 'a b' }],
    ['/rollouts?transcript=ro-1/at-2', transcript],
    ['/rollouts?transcript=ro-1', { ...transcript, attemptId: null }],
    ['/rollouts?transcript=', null],
    ['/agents/writer-a?transcript=ro-1/at-2', transcript],
    ['/traces?span=ro-1/at-2/s-3', { kind: 'span', rolloutId: 'ro-1', attemptId: 'at-2', spanId: 's-3' }],
    ['/rollouts?json=ro-1/at-2', { kind: 'json', rolloutId: 'ro-1', attemptId: 'at-2' }],
  ])('%s', (place, content) => expect(drawerOf(at(place))).toEqual(content));
});

describe('placeOf', () => {
  it.each<[string, DrawerContent | null, string]>([
    ['/agents?tier=2', agent, '/agents/writer-a?tier=2'],
    ['/agents/reviewer-b?tab=why', agent, '/agents/writer-a'],
    ['/agents/writer-a', { ...agent, tab: 'why' }, '/agents/writer-a?tab=why'],
    ['/agents/writer-a?tab=why', transcript, '/agents/writer-a?tab=why&transcript=ro-1/at-2'],
    ['/agents/writer-a?tab=why&transcript=ro-1/at-2', null, '/agents/writer-a?tab=why'],
    ['/agents/writer-a?tab=why&tier=2', null, '/agents?tier=2'],
    ['/rollouts?transcript=ro-1/at-2', agent, '/agents/writer-a'],
    ['/rollouts', { ...transcript, attemptId: null }, '/rollouts?transcript=ro-1'],
    ['/rollouts?transcript=ro-1', null, '/rollouts'],
  ])('%s', (place, content, to) => expect(placeOf(content, at(place))).toBe(to));

  it('is read back as what it shows', () => {
    for (const content of [agent, transcript, { ...agent, tab: 'why' }])
      expect(drawerOf(at(placeOf(content, at('/agents'))))).toEqual(content);
  });
});
