import { Loader, Center } from '@mantine/core';
import type { ReactNode } from 'react';
import { useLocation } from 'react-router';
import { useGetFleetQuery, useGetSessionQuery } from '../../api/fleetApi';
import { asApiError } from '../../api/problem';
import { SessionBanner } from './SessionBanner';
import { SignInPage } from './SignInPage';
import { useSignInMutation } from './sessionApi';
import { linkKey } from './signIn';

/** Who may see this page: nobody before the link has signed in, and without a token only where reading is open. */
export function SessionGate({ children }: { children: ReactNode }) {
  const { pathname } = useLocation();
  const [, link] = useSignInMutation({ fixedCacheKey: linkKey });
  const { data: session } = useGetSessionQuery();
  const { isDenied, isKnown } = useGetFleetQuery(undefined, {
    selectFromResult: ({ data, error }) => ({ isDenied: asApiError(error).status === 401, isKnown: data !== undefined }),
  });
  const inSettings = pathname === '/settings';
  if (link.isLoading) {
    return (
      <Center mih="60vh">
        <Loader aria-label="Signing in" role="status" />
      </Center>
    );
  }
  // In Settings one may go to another daemon, or sign in.
  if (isDenied && !isKnown && !inSettings) return <SignInPage linkError={link.error} />;
  return (
    <>
      {!inSettings && <Notice isDenied={isDenied} isOperator={session?.operator} linkError={link.error} />}
      {children}
    </>
  );
}

interface NoticeProps {
  isDenied: boolean;
  isOperator: boolean | undefined;
  linkError: unknown;
}

function Notice({ isDenied, isOperator, linkError }: NoticeProps) {
  if (isDenied) {
    return (
      <SessionBanner tone="danger" link="Sign in again">
        The session has ended, and what you see grows old.
      </SessionBanner>
    );
  }
  if (isOperator !== false) return null;
  if (linkError === undefined) {
    return (
      <SessionBanner tone="quiet" link="sign in to act">
        Looking on:
      </SessionBanner>
    );
  }
  return (
    <SessionBanner tone="danger" link="Sign in with the token">
      The link did not sign in: {asApiError(linkError).detail}
    </SessionBanner>
  );
}
