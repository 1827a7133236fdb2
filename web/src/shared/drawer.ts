import { useCallback } from 'react';
import { useLocation, useNavigate, type Location } from 'react-router';

/** What the one right-hand drawer shows. The address holds it, so every state of it is a link. */
export type DrawerContent =
  | { kind: 'agent'; name: string; tab: string | null }
  | { kind: 'transcript'; rolloutId: string; attemptId: string | null };

type Place = Pick<Location, 'pathname' | 'search'>;

/** `?transcript=ro-1/at-2` lies over everything; `/agents/NAME?tab=why` is the agent's. */
export function drawerOf({ pathname, search }: Place): DrawerContent | null {
  const query = new URLSearchParams(search);
  const transcript = query.get('transcript');
  if (transcript !== null && transcript !== '') {
    const [rolloutId = '', attemptId = ''] = transcript.split('/');
    return { kind: 'transcript', rolloutId, attemptId: attemptId === '' ? null : attemptId };
  }
  const agent = /^\/agents\/([^/]+)$/.exec(pathname)?.[1];
  if (agent !== undefined) return { kind: 'agent', name: decodeURIComponent(agent), tab: query.get('tab') };
  return null;
}

/** The address that shows `content` (null: what lies under it) from where we are. */
export function placeOf(content: DrawerContent | null, { pathname, search }: Place): string {
  const query = new URLSearchParams(search);
  let path = pathname;
  if (content?.kind === 'transcript') {
    query.set('transcript', content.attemptId === null ? content.rolloutId : `${content.rolloutId}/${content.attemptId}`);
  } else {
    const wasTranscript = query.has('transcript');
    query.delete('transcript');
    if (content?.kind === 'agent') {
      path = `/agents/${encodeURIComponent(content.name)}`;
      if (content.tab === null) query.delete('tab');
      else query.set('tab', content.tab);
    } else if (!wasTranscript) {
      query.delete('tab');
      if (/^\/agents\/[^/]+$/.test(path)) path = '/agents';
    }
  }
  const text = query.toString().replaceAll('%2F', '/');
  return text === '' ? path : `${path}?${text}`;
}

/** Opens the drawer on something, or closes its top layer with null. */
export function useOpenDrawer(): (content: DrawerContent | null) => void {
  const navigate = useNavigate();
  const location = useLocation();
  return useCallback(
    (content) => void navigate(placeOf(content, location), { replace: content?.kind === 'agent' && drawerOf(location)?.kind === 'agent' }),
    [navigate, location],
  );
}
