import { Anchor, Center, Loader } from '@mantine/core';
import { lazy, Suspense, type ReactNode } from 'react';
import { Link, useLocation } from 'react-router';
import { useGetFleetQuery, useGetSessionQuery } from '../../api/fleetApi';
import { asApiError } from '../../api/problem';
import { roleOf } from '../../api/role';
import type { Session } from '../../api/types';
import { Banner } from '../../shared/Banner';
import { useSignInMutation } from './sessionApi';
import { linkKey } from './signIn';
import { signedInAs } from './words';

const SignInPage = lazy(async () => ({ default: (await import('./SignInPage')).SignInPage }));

/** Who may see this page: nobody until the link has signed in; without a token, only where reading is open. */
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
  // Settings stay open: to choose another daemon, or to sign in.
  if (isDenied && !isKnown && !inSettings) {
    return (
      <Suspense>
        <SignInPage linkError={link.error} />
      </Suspense>
    );
  }
  return (
    <>
      {!inSettings && <Notice isDenied={isDenied} session={session} linkError={link.error} />}
      {children}
    </>
  );
}

interface NoticeProps {
  isDenied: boolean;
  session: Session | undefined;
  linkError: unknown;
}

function ToSignIn({ children }: { children: string }) {
  return (
    <Anchor component={Link} to="/settings#sign-in" underline="always" inherit>
      {children}
    </Anchor>
  );
}

function Notice({ isDenied, session, linkError }: NoticeProps) {
  if (isDenied) {
    return (
      <Banner tone="danger">
        The session has ended, and what you see is no longer updated. <ToSignIn>Sign in again</ToSignIn>
      </Banner>
    );
  }
  const role = roleOf(session);
  if (session !== undefined && role === 'viewer') {
    return <Banner tone="quiet">{signedInAs(session)}: you see everything and change nothing.</Banner>;
  }
  if (session === undefined || role !== null) return null;
  if (linkError === undefined) {
    return (
      <Banner tone="quiet">
        Read-only: <ToSignIn>sign in to act</ToSignIn>
      </Banner>
    );
  }
  return (
    <Banner tone="danger">
      The link did not sign in: {asApiError(linkError).detail} <ToSignIn>Sign in with the token</ToSignIn>
    </Banner>
  );
}
