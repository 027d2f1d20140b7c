import type { CreatedInvite, CreateInvite, Invite } from '@sydx/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { allPages } from './all-pages.ts';
import { encode, request } from './client.ts';
import { keys } from './keys.ts';
import { queryClient } from './query-client.ts';

/** Those that can still be accepted. */
export function useInvites() {
  return useQuery({
    queryKey: keys.members.invites,
    queryFn: async ({ signal }) => allPages<Invite>('/v1/invites', signal),
  });
}

async function renew(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: keys.members.invites });
}

/** The answer holds the link, this once. An invitation before to the same address ends. */
export function useCreateInvite() {
  return useMutation({
    mutationFn: async (body: CreateInvite) =>
      request<CreatedInvite>('POST', '/v1/invites', { body }),
    onSuccess: renew,
  });
}

export function useRevokeInvite(id: string) {
  return useMutation({
    mutationFn: async () => request<undefined>('DELETE', `/v1/invites/${encode(id)}`),
    onSuccess: renew,
  });
}
