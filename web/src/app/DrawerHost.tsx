import { Drawer, Skeleton } from '@mantine/core';
import { lazy, Suspense, useEffect } from 'react';
import { useLocation } from 'react-router';
import { drawerOf, useOpenDrawer, type DrawerContent } from '../shared/drawer';
import { drawerShown, useAppDispatch, useUi } from '../shared/state';

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

/** The one right-hand drawer. The address says what it shows; the store holds that for everyone to see. */
export function DrawerHost() {
  const location = useLocation();
  const dispatch = useAppDispatch();
  const content = useUi((state) => state.drawer.content);
  const open = useOpenDrawer();
  useEffect(() => {
    dispatch(drawerShown(drawerOf(location)));
  }, [dispatch, location]);
  return (
    <Drawer
      opened={content !== null}
      onClose={() => open(null)}
      position="right"
      size={content?.kind === 'agent' ? 'lg' : 'xl'}
      title={content === null ? '' : titleOf(content)}
      closeButtonProps={{ 'aria-label': 'Close' }}
      data-testid={`${content?.kind ?? 'no'}-drawer`}
      keepMounted={false}
    >
      {content !== null && <Suspense fallback={<Skeleton h={240} />}>{contentOf(content)}</Suspense>}
    </Drawer>
  );
}
