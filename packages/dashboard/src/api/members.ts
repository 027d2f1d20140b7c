import type { Member, OneTimeLink, Role } from '@sydx/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { allPages } from './all-pages.ts';
import { encode, request } from './client.ts';
import { keys } from './keys.ts';
import { queryClient } from './query-client.ts';

export function useMembers() {
  return useQuery({
    queryKey: keys.members.list,
    queryFn: async ({ signal }) => allPages<Member>('/v1/members', signal),
  });
}

/** Whoever changes is a member too: the session may say another role now, or be over. */
async function renew(): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: keys.members.all }),
    queryClient.invalidateQueries({ queryKey: keys.session }),
  ]);
}

/** Fails as last_admin when nobody else could manage the account. */
export function useChangeRole(id: string) {
  return useMutation({
    mutationFn: async (role: Role) =>
      request<Member>('PATCH', `/v1/members/${encode(id)}`, { body: { role } }),
    onSuccess: renew,
  });
}

/** Fails as last_admin, as changing the role does. */
export function useRemoveMember(id: string) {
  return useMutation({
    mutationFn: async () => request<undefined>('DELETE', `/v1/members/${encode(id)}`),
    onSuccess: renew,
  });
}

/** Fails as member_of_several when the password opens other accounts as well. */
export function useCreateResetLink(id: string) {
  return useMutation({
    mutationFn: async () => request<OneTimeLink>('POST', `/v1/members/${encode(id)}/reset-link`),
  });
}
