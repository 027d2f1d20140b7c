import type { LeadFetching, LeadState, RetryLeadsAnswer, SourceLeadPage } from '@sydx/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { encode, request } from './client.ts';
import { keys } from './keys.ts';
import { queryClient } from './query-client.ts';

const REFETCH_MS = 10_000;

/** How the fetching of a source's leads stands; looks again by itself. */
export function useLeadFetching(sourceId: string) {
  return useQuery({
    queryKey: keys.sources.fetching(sourceId),
    queryFn: async ({ signal }) =>
      request<LeadFetching>('GET', `/v1/sources/${encode(sourceId)}/lead-fetching`, { signal }),
    refetchInterval: REFETCH_MS,
  });
}

/** The newest of a source's leads in one state. */
export function useSourceLeads(sourceId: string, state: LeadState) {
  return useQuery({
    queryKey: keys.sources.leads(sourceId, state),
    queryFn: async ({ signal }) =>
      request<SourceLeadPage>('GET', `/v1/sources/${encode(sourceId)}/leads`, {
        query: { state, limit: 100 },
        signal,
      }),
    refetchInterval: REFETCH_MS,
  });
}

/** Fetches all that waits or failed again, now. */
export function useRetryLeads(sourceId: string) {
  return useMutation({
    mutationFn: async () =>
      request<RetryLeadsAnswer>('POST', `/v1/sources/${encode(sourceId)}/retry`),
    onSuccess: async () => queryClient.invalidateQueries({ queryKey: keys.sources.all }),
  });
}
