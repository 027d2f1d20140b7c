import type { AcceptLink, LinkPurpose, PortalSession, Session } from '@sydx/contract';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { request, whenSessionEnds } from './client.ts';
import { keepPortalToken, portalToken } from './credentials.ts';
import { keys } from './keys.ts';
import { ProblemError } from './problem-error.ts';
import { queryClient } from './query-client.ts';

async function readSession(signal: AbortSignal): Promise<Session | null> {
  try {
    return await request<Session>('GET', '/v1/session', { signal });
  } catch (error) {
    if (error instanceof ProblemError && error.status === 401) return null;
    throw error;
  }
}

const sessionQuery = queryOptions({
  queryKey: keys.session,
  queryFn: async ({ signal }) => readSession(signal),
  staleTime: 60_000,
});

/** Null when nobody is signed in. */
export function useSessionState() {
  return useQuery(sessionQuery);
}

/** Filled by the gate, so that a page whose session just ended is gone before it asks whose it was. */
export const SessionContext = createContext<Session | null>(null);

/** Inside the gate, where somebody is signed in. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('useSession is for pages behind the gate.');
  return session;
}

// Any refusal of a stranger means that the session is over; the gate then asks to sign in.
whenSessionEnds(() => {
  if (queryClient.getQueryData(keys.session) != null) queryClient.setQueryData(keys.session, null);
});

/** Starts afresh as somebody, or as somebody elsewhere: nothing that another saw stays cached. */
function enter(session: Session): Session {
  queryClient.removeQueries({
    predicate: ({ queryKey: [noun] }) => noun !== keys.session[0] && noun !== keys.links[0],
  });
  queryClient.setQueryData(keys.session, session);
  return session;
}

/** @throws ProblemError sign_in_failed, rate_limited */
export async function signIn(email: string, password: string): Promise<Session> {
  keepPortalToken(null);
  return enter(await request('POST', '/v1/session', { body: { email, password } }));
}

/**
 * The caller leaves for a fresh page afterwards, where nothing of this person is in memory.
 *
 * @param scope `here` ends this session, `everywhere` every session of this person
 */
export async function signOut(scope: 'here' | 'everywhere'): Promise<void> {
  await request('DELETE', scope === 'here' ? '/v1/session' : '/v1/sessions');
  keepPortalToken(null);
}

export async function switchTenant(tenantId: string): Promise<Session> {
  return enter(await request('PATCH', '/v1/session', { body: { tenantId } }));
}

/** @throws ProblemError sign_in_failed when the current password is wrong */
export async function changePassword(currentPassword: string, newPassword: string): Promise<void> {
  await request('POST', '/v1/password', { body: { currentPassword, newPassword } });
}

export async function inspectLink(token: string): Promise<LinkPurpose> {
  return request('POST', '/v1/links/inspect', { body: { token } });
}

export async function acceptLink(answer: AcceptLink): Promise<Session> {
  return enter(await request('POST', '/v1/links/accept', { body: answer }));
}

/** Exchanges a portal link's single-use token for this frame's own. */
export async function openPortal(linkToken: string): Promise<void> {
  const { token } = await request<PortalSession>('POST', '/v1/portal-sessions', {
    body: { token: linkToken },
  });
  keepPortalToken(token);
  queryClient.clear();
}

/** Forgets the portal, for who goes on as a person. */
export function leavePortal(): void {
  keepPortalToken(null);
}

export function isPortal(): boolean {
  return portalToken() !== null;
}
