import '../shared/laterStyles';
import { Drawer, Skeleton } from '@mantine/core';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useOpenDrawer, type DrawerContent } from '../shared/drawer';
import { useUi } from '../shared/state';
import classes from './DrawerHost.module.css';

const AgentDrawer = lazy(() => import('../features/agentDrawer/AgentDrawer'));
const RawJsonDrawer = lazy(() => import('../features/rollouts/RawJsonDrawer'));
const SpanDrawer = lazy(() => import('../features/traces/SpanDrawer'));
const TranscriptDrawer = lazy(() => import('../features/transcript/TranscriptDrawer'));

function contentOf(content: DrawerContent) {
  switch (content.kind) {
    case 'agent':
      return <AgentDrawer name={content.name} tab={content.tab} />;
    case 'transcript':
      return <TranscriptDrawer rolloutId={content.rolloutId} attemptId={content.attemptId} />;
    case 'json':
      return <RawJsonDrawer rolloutId={content.rolloutId} attemptId={content.attemptId} />;
    case 'span':
      return <SpanDrawer rolloutId={content.rolloutId} attemptId={content.attemptId} spanId={content.spanId} />;
  }
}

function titleOf(content: DrawerContent): string {
  switch (content.kind) {
    case 'agent':
      return content.name;
    case 'transcript':
      return `Transcript of ${content.rolloutId}`;
    case 'json':
      return `${content.attemptId ?? content.rolloutId} as JSON`;
    case 'span':
      return `Span ${content.spanId}`;
  }
}

/** The last content stays until the drawer has closed. */
function useLastShown(content: DrawerContent | null): DrawerContent | null {
  const [last, setLast] = useState(content);
  if (content !== null && content !== last) setLast(content);
  return content ?? last;
}

/** When other content replaces the one that had the focus, the focus moves to its title. */
function useFocusOnTurn(content: DrawerContent | null) {
  const heading = useRef<HTMLSpanElement>(null);
  const what = content === null ? null : titleOf(content);
  const before = useRef(what);
  useEffect(() => {
    if (before.current !== null && what !== null && before.current !== what) heading.current?.focus();
    before.current = what;
  }, [what]);
  return heading;
}

/** The one right-hand drawer, with what DrawerMount found in the address. */
export function DrawerHost() {
  const content = useUi((state) => state.drawer.content);
  const open = useOpenDrawer();
  const shown = useLastShown(content);
  const heading = useFocusOnTurn(content);
  // Closed at first, so that it notices its own opening and remembers what had the focus.
  const [stands, setStands] = useState(false);
  // eslint-disable-next-line react-hooks/set-state-in-effect -- the second render is the point
  useEffect(() => setStands(true), []);
  return (
    <Drawer
      opened={stands && content !== null}
      onClose={() => open(null)}
      position="right"
      size={shown?.kind === 'agent' ? 'lg' : 'xl'}
      title={
        shown && (
          <span ref={heading} tabIndex={-1} className={classes.title}>
            {titleOf(shown)}
          </span>
        )
      }
      closeButtonProps={{ 'aria-label': 'Close' }}
      // On the visible part: the root around it has no size.
      attributes={{ content: { 'data-testid': `${shown?.kind ?? 'no'}-drawer` } }}
      keepMounted={false}
    >
      {shown && <Suspense fallback={<Skeleton h={240} />}>{contentOf(shown)}</Suspense>}
    </Drawer>
  );
}
