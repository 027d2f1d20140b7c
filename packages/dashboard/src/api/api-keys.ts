import type { ApiKey, CreateApiKey, CreatedApiKey } from '@sydx/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { allPages } from './all-pages.ts';
import { encode, request } from './client.ts';
import { keys } from './keys.ts';
import { queryClient } from './query-client.ts';

export function useApiKeys() {
  return useQuery({
    queryKey: keys.apiKeys.all,
    queryFn: async ({ signal }) => allPages<ApiKey>('/v1/api-keys', signal),
  });
}

async function renew(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: keys.apiKeys.all });
}

/** The answer holds the key, this once. */
export function useCreateApiKey() {
  return useMutation({
    mutationFn: async (body: CreateApiKey) =>
      request<CreatedApiKey>('POST', '/v1/api-keys', { body }),
    onSuccess: renew,
  });
}

/** Holds within a second on every node. */
export function useDeleteApiKey(id: string) {
  return useMutation({
    mutationFn: async () => request<undefined>('DELETE', `/v1/api-keys/${encode(id)}`),
    onSuccess: renew,
  });
}
