import type { CreateSource, PatchSource, Source } from '@sydx/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { allPages } from './all-pages.ts';
import { encode, request } from './client.ts';
import { keys } from './keys.ts';
import { queryClient } from './query-client.ts';

export function useSources() {
  return useQuery({
    queryKey: keys.sources.all,
    queryFn: async ({ signal }) => allPages<Source>('/v1/sources', signal),
  });
}

async function renew(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: keys.sources.all });
}

export function useCreateSource() {
  return useMutation({
    mutationFn: async (body: CreateSource) => request<Source>('POST', '/v1/sources', { body }),
    onSuccess: renew,
  });
}

/** Settings that are left out stay as they are, secrets too. */
export function useChangeSource(id: string) {
  return useMutation({
    mutationFn: async (body: PatchSource) =>
      request<Source>('PATCH', `/v1/sources/${encode(id)}`, { body }),
    onSuccess: renew,
  });
}

/** Deletes at once, with its secrets: its URL answers 404 from then on. */
export function useDeleteSource(id: string) {
  return useMutation({
    mutationFn: async () => request<undefined>('DELETE', `/v1/sources/${encode(id)}`),
    onSuccess: renew,
  });
}
