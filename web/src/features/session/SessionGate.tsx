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
      {isDenied && isKnown && !inSettings && <SessionBanner tone="danger">The session has ended, and what you see grows old:</SessionBanner>}
      {!isDenied && session?.operator === false && !inSettings && (
        <SessionBanner tone={link.error === undefined ? 'quiet' : 'danger'}>
          {link.error === undefined ? 'Looking on:' : `The link did not sign in: ${asApiError(link.error).detail}`}
        </SessionBanner>
      )}
      {children}
    </>
  );
}
