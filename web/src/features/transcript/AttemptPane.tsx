import { Skeleton, Stack } from '@mantine/core';
import { useState } from 'react';
import { useGetSessionQuery } from '../../api/fleetApi';
import { roleOf } from '../../api/role';
import type { Attempt } from '../../api/types';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { usePreference } from '../../shared/usePreference';
import { factsOf, isActive } from './attemptFacts';
import { FindBox } from './find/FindBox';
import { Unfold } from './find/Unfold';
import { useFind } from './find/useFind';
import { TokensLine } from './header/TokensLine';
import { useRetryAfterSignIn } from './load/useRetryAfterSignIn';
import { useTranscript } from './load/useTranscript';
import { FoldsProvider } from './rows/folds';
import classes from './transcript.module.css';
import { ConversationView } from './view/ConversationView';
import { CopyButton } from './view/CopyButton';
import { DownloadButton } from './view/DownloadButton';
import { EarlierBar } from './view/EarlierBar';
import { NothingWritten, NotReadable } from './view/NothingYet';
import { RawView } from './view/RawView';
import { isViewName, Toolbar, type ViewName } from './view/Toolbar';

function Loading() {
  return (
    <Stack gap="xs" aria-busy aria-label="Loading the transcript" role="status">
      {[28, 60, 28, 28, 110].map((height, at) => (
        <Skeleton key={at} h={height} />
      ))}
    </Stack>
  );
}

/** The output of one attempt. Mount it again for another attempt. */
export function AttemptPane({ attempt }: { attempt: Attempt }) {
  const active = isActive(attempt);
  const { loader, state } = useTranscript(attempt.rollout_id, attempt.attempt_id, active);
  const [view, setView] = usePreference<ViewName>('transcript.view', 'conversation', isViewName);
  const [follow, setFollow] = useState(active);
  const { data: session } = useGetSessionQuery();
  useRetryAfterSignIn(loader, state, roleOf(session));
  const { index, error, version } = state;
  const find = useFind(index, version, view, () => setFollow(false));
  const facts = factsOf(attempt);

  if (index === null) {
    return error === null ? <Loading /> : <NotReadable error={error} active={active} output={facts.output} onRetry={() => loader.poll()} />;
  }
  const list = {
    index,
    version,
    find,
    follow,
    onFollow: setFollow,
    live: active,
    // A run that went well is read from its beginning, any other from its end.
    startAtEnd: active || attempt.status !== 'succeeded' || index.start > 0,
    onNearTop: () => loader.loadEarlier(),
  };
  return (
    <>
      <TokensLine index={index} facts={facts} active={active} />
      <Toolbar view={view} onView={setView} live={active} follow={follow} onFollow={setFollow}>
        <FindBox find={find} partly={index.start > 0} />
        <CopyButton index={index} />
        <DownloadButton rolloutId={attempt.rollout_id} attemptId={attempt.attempt_id} />
      </Toolbar>
      <EarlierBar state={state} onLoad={(how) => loader.loadEarlier(how)} onStop={() => loader.stopEarlier()} />
      {error !== null && <ProblemAlert what="The transcript could not be followed" error={error} stale onRetry={() => loader.poll()} />}
      <div className={classes.content}>
        {index.end === 0 ? (
          <NothingWritten active={active} />
        ) : (
          <FoldsProvider onTouch={() => setFollow(false)}>
            <Unfold index={index} view={view} target={find.target} />
            {view === 'raw' ? <RawView {...list} /> : <ConversationView active={active} {...list} />}
          </FoldsProvider>
        )}
      </div>
    </>
  );
}
