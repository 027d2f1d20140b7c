import type { RejectedEvent, RejectedEventDetail } from '@sydx/contract';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { encode, request } from './client.ts';
import { keys } from './keys.ts';
import type { Page } from './page.ts';
import { queryClient } from './query-client.ts';
import { useSession } from './session.ts';

const NEWEST_EVERY_MS = 10_000;

/** What the CRM published in its own transactions and what could not be accepted; newest first. */
export function useRejectedEvents() {
  // A portal reaches webhooks and their logs alone; whoever shows the notice need not know that.
  const { kind } = useSession();
  return useInfiniteQuery({
    enabled: kind !== 'portal',
    queryKey: keys.rejectedEvents.list,
    queryFn: async ({ signal, pageParam }) =>
      request<Page<RejectedEvent>>('GET', '/v1/rejected-events', {
        signal,
        query: { cursor: pageParam },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : NEWEST_EVERY_MS),
  });
}

/** One with its data, as the producer wrote it. */
export function useRejectedEvent(id: string) {
  return useQuery({
    queryKey: keys.rejectedEvents.one(id),
    queryFn: async ({ signal }) =>
      request<RejectedEventDetail>('GET', `/v1/rejected-events/${encode(id)}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Also after a refusal: the reason may be another one now, or somebody else was faster. */
async function renewList(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: keys.rejectedEvents.list });
}

/**
 * Judges it again and publishes it. Still refused, it stays, with the reason of now.
 *
 * @returns the accepted event's id
 */
export function usePublishAgain(id: string) {
  return useMutation({
    mutationFn: async () =>
      request<{ id: string }>('POST', `/v1/rejected-events/${encode(id)}/retry`),
    onSettled: renewList,
  });
}

/** Gives it up for good. */
export function useDiscardRejected(id: string) {
  return useMutation({
    mutationFn: async () => request<undefined>('DELETE', `/v1/rejected-events/${encode(id)}`),
    onSettled: renewList,
  });
}
