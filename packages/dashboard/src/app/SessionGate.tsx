import { Center } from '@mantine/core';
import { useLocation } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { isPortal, SessionContext, useSessionState } from '../api/session.ts';
import { queryClient } from '../api/query-client.ts';
import { keys } from '../api/keys.ts';
import { ErrorState } from '../ui/ErrorState.tsx';
import { Redirect } from '../ui/Redirect.tsx';
import { PageSkeleton } from '../ui/Skeletons.tsx';
import { PortalEndedPage } from '../pages/portal/PortalEndedPage.tsx';

/** Lets signed-in people through; sends others to sign in and back to the page they wanted. */
export function SessionGate({ children }: { children: ReactNode }) {
  const { data: session, error, isPending, refetch } = useSessionState();
  const { href } = useLocation();
  const [wasHere, setWasHere] = useState(false);
  useForgetOtherTenant(session?.tenant.id);
  if (session != null && !wasHere) setWasHere(true);

  if (session === undefined) {
    if (isPending && error === null) return <PageSkeleton />;
    return (
      <Center mih="60vh" p="lg" component="main">
        <ErrorState error={error} onRetry={() => void refetch()} />
      </Center>
    );
  }
  if (session === null) {
    if (isPortal()) return <PortalEndedPage />;
    return <Redirect href={signInHref(href, wasHere)} />;
  }
  return <SessionContext value={session}>{children}</SessionContext>;
}

/** @param hasEnded somebody worked here until the session ended */
function signInHref(wanted: string, hasEnded: boolean): string {
  const search = new URLSearchParams({ redirect: wanted, ...(hasEnded ? { ended: 'true' } : {}) });
  return `/sign-in?${search.toString()}`;
}

/** Another tab may have switched the tenant: what this one has cached is then someone else's. */
function useForgetOtherTenant(tenantId: string | undefined): void {
  const known = useRef(tenantId);
  useEffect(() => {
    if (known.current !== undefined && tenantId !== undefined && known.current !== tenantId) {
      void queryClient.resetQueries({
        predicate: ({ queryKey }) => queryKey[0] !== keys.session[0],
      });
    }
    known.current = tenantId ?? known.current;
  }, [tenantId]);
}
