import { useCallback } from 'react';
import { useLocation, useNavigate, type Location } from 'react-router';

/** What the one right-hand drawer shows. The address holds it, so every state of it is a link. */
export type DrawerContent =
  | { kind: 'agent'; name: string; tab: string | null }
  | { kind: 'transcript' | 'json'; rolloutId: string; attemptId: string | null }
  | { kind: 'span'; rolloutId: string; attemptId: string; spanId: string };

type Place = Pick<Location, 'pathname' | 'search'>;

/** These cover everything else, each as a parameter of the address: `?transcript=ro-1/at-2`. */
const layers = ['transcript', 'json', 'span'] as const;

/** The top layer of the address; `/agents/NAME?tab=why` is the agent's, below all others. */
export function drawerOf({ pathname, search }: Place): DrawerContent | null {
  const query = new URLSearchParams(search);
  for (const kind of layers) {
    const value = query.get(kind);
    if (value === null || value === '') continue;
    const [rolloutId = '', attemptId = '', spanId = ''] = value.split('/');
    if (kind === 'span') return { kind, rolloutId, attemptId, spanId };
    return { kind, rolloutId, attemptId: attemptId === '' ? null : attemptId };
  }
  const agent = /^\/agents\/([^/]+)$/.exec(pathname)?.[1];
  if (agent !== undefined) return { kind: 'agent', name: decodeURIComponent(agent), tab: query.get('tab') };
  return null;
}

function valueOf(content: Exclude<DrawerContent, { kind: 'agent' }>): string {
  if (content.kind === 'span') return `${content.rolloutId}/${content.attemptId}/${content.spanId}`;
  return content.attemptId === null ? content.rolloutId : `${content.rolloutId}/${content.attemptId}`;
}

/** The address that shows `content` (null: the layer below), from the current location. */
export function placeOf(content: DrawerContent | null, { pathname, search }: Place): string {
  const query = new URLSearchParams(search);
  let path = pathname;
  const wasLayered = layers.some((kind) => query.has(kind));
  for (const kind of layers) query.delete(kind);
  if (content !== null && content.kind !== 'agent') {
    query.set(content.kind, valueOf(content));
  } else if (content !== null) {
    path = `/agents/${encodeURIComponent(content.name)}`;
    if (content.tab === null) query.delete('tab');
    else query.set('tab', content.tab);
  } else if (!wasLayered) {
    query.delete('tab');
    if (/^\/agents\/[^/]+$/.test(path)) path = '/agents';
  }
  const text = query.toString().replaceAll('%2F', '/');
  return text === '' ? path : `${path}?${text}`;
}

interface Opened {
  opened: true;
}

function wasOpenedHere(state: unknown): state is Opened {
  return typeof state === 'object' && state !== null && 'opened' in state;
}

/**
 * Opens the drawer, or closes its top layer with null. Closing what was opened here goes back, so that Back
 * does not open it again; a drawer that came with the address is removed from the address.
 */
export function useOpenDrawer(): (content: DrawerContent | null) => void {
  const navigate = useNavigate();
  const location = useLocation();
  return useCallback(
    (content) => {
      if (content === null && wasOpenedHere(location.state)) return void navigate(-1);
      const turns = content?.kind === 'agent' && drawerOf(location)?.kind === 'agent';
      const opened: Opened = { opened: true };
      const state: unknown = turns ? location.state : content === null ? null : opened;
      void navigate(placeOf(content, location), { replace: turns || content === null, state });
    },
    [navigate, location],
  );
}
