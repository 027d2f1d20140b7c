import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { request, whenSessionEnds } from './client.ts';
import { keepPortalToken, portalToken } from './credentials.ts';
import { keys } from './keys.ts';
import { ProblemError } from './problem-error.ts';
import { queryClient } from './query-client.ts';

export type Role = 'admin' | 'agent';

/** Who is signed in, where, and as what. */
export interface Session {
  /** Null in a portal: whoever holds the link. */
  readonly person: { readonly id: string; readonly email: string; readonly name: string } | null;
  readonly tenant: { readonly id: string; readonly name: string | null; readonly plan: string };
  readonly role: Role;
  readonly tenants: readonly {
    readonly id: string;
    readonly name: string | null;
    readonly role: Role;
    readonly plan: string;
  }[];
  readonly kind: 'person' | 'portal';
  readonly expiresAt: string;
}

async function readSession(signal: AbortSignal): Promise<Session | null> {
  try {
    return await request<Session>('GET', '/v1/session', { signal });
  } catch (error) {
    if (error instanceof ProblemError && error.status === 401) return null;
    throw error;
  }
}

export const sessionQuery = queryOptions({
  queryKey: keys.session,
  queryFn: async ({ signal }) => readSession(signal),
  staleTime: 60_000,
});

/** Null when nobody is signed in. */
export function useSessionState() {
  return useQuery(sessionQuery);
}

/** Inside the shell, where somebody is signed in. */
export function useSession(): Session {
  const { data } = useSuspenseQuery(sessionQuery);
  if (data === null) throw new Error('Nobody is signed in here.');
  return data;
}

// Any refusal of a stranger means that the session is over; the gate then asks to sign in.
whenSessionEnds(() => {
  if (queryClient.getQueryData(keys.session) != null) queryClient.setQueryData(keys.session, null);
});

/** Starts afresh as somebody, or as somebody elsewhere: nothing that another saw stays cached. */
function enter(session: Session): Session {
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.session[0] });
  queryClient.setQueryData(keys.session, session);
  return session;
}

/** @throws ProblemError sign_in_failed, rate_limited */
export async function signIn(email: string, password: string): Promise<Session> {
  keepPortalToken(null);
  return enter(await request('POST', '/v1/session', { body: { email, password } }));
}

/** @param scope `here` ends this session, `everywhere` every session of this person */
export async function signOut(scope: 'here' | 'everywhere'): Promise<void> {
  await request('DELETE', scope === 'here' ? '/v1/session' : '/v1/sessions');
  keepPortalToken(null);
  queryClient.clear();
  queryClient.setQueryData(keys.session, null);
}

export async function switchTenant(tenantId: string): Promise<Session> {
  return enter(await request('PATCH', '/v1/session', { body: { tenantId } }));
}

/** @throws ProblemError sign_in_failed when the current password is wrong */
export async function changePassword(currentPassword: string, newPassword: string): Promise<void> {
  await request('POST', '/v1/password', { body: { currentPassword, newPassword } });
}

/** What a one-time link is for. */
export interface LinkPurpose {
  readonly purpose: 'invite' | 'reset';
  readonly email: string;
  readonly tenantName: string | null;
  readonly role?: Role;
  /** False when an invited person has a password already. */
  readonly needsPassword: boolean;
}

export async function inspectLink(token: string): Promise<LinkPurpose> {
  return request('POST', '/v1/links/inspect', { body: { token } });
}

export async function acceptLink(answer: {
  token: string;
  password?: string;
  name?: string;
}): Promise<Session> {
  return enter(await request('POST', '/v1/links/accept', { body: answer }));
}

/** Exchanges a portal link's single-use token for this frame's own. */
export async function openPortal(linkToken: string): Promise<void> {
  const { token } = await request<{ token: string }>('POST', '/v1/portal-sessions', {
    body: { token: linkToken },
  });
  keepPortalToken(token);
  queryClient.clear();
}

export function isPortal(): boolean {
  return portalToken() !== null;
}
