import { Drawer, Skeleton } from '@mantine/core';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useLocation } from 'react-router';
import { drawerOf, useOpenDrawer, type DrawerContent } from '../shared/drawer';
import { drawerShown, useAppDispatch, useUi } from '../shared/state';
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

/** What it closes on stays in it until it is shut. */
function useLastShown(content: DrawerContent | null): DrawerContent | null {
  const [last, setLast] = useState(content);
  if (content !== null && content !== last) setLast(content);
  return content ?? last;
}

/** When another content takes the place of the one that had the focus, the focus goes to its title. */
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

/** The one right-hand drawer. The address says what it shows; the store holds that for everyone to see. */
export function DrawerHost() {
  const location = useLocation();
  const dispatch = useAppDispatch();
  const content = useUi((state) => state.drawer.content);
  const open = useOpenDrawer();
  const shown = useLastShown(content);
  const heading = useFocusOnTurn(content);
  useEffect(() => {
    dispatch(drawerShown(drawerOf(location)));
  }, [dispatch, location]);
  return (
    <Drawer
      opened={content !== null}
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
      data-testid={`${content?.kind ?? 'no'}-drawer`}
      keepMounted={false}
    >
      {shown && <Suspense fallback={<Skeleton h={240} />}>{contentOf(shown)}</Suspense>}
    </Drawer>
  );
}
