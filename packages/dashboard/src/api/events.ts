import type { AcceptedEvent } from '@sydx/contract';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { request } from './client.ts';
import { keys } from './keys.ts';
import type { Page } from './page.ts';
import { queryClient } from './query-client.ts';
import { type TimeWindow, boundsOf } from './time-window.ts';

interface EventFilter {
  readonly type?: string | undefined;
  readonly time: TimeWindow;
}

/** Events that matched no webhook, newest first; each one's `note` says why. */
export function useUnmatchedEvents({ type, time }: EventFilter) {
  return useInfiniteQuery({
    queryKey: keys.events.list({ unmatched: true, type, ...time }),
    queryFn: async ({ signal, pageParam }) =>
      request<Page<AcceptedEvent>>('GET', '/v1/events', {
        signal,
        query: { unmatched: true, type, ...boundsOf(time, Date.now()), cursor: pageParam },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : 5_000),
  });
}

/** Publishes an event as the CRM does: it goes to every webhook that selected its type. */
export function usePublishEvent() {
  return useMutation({
    mutationFn: async (event: { type: string; data: unknown }) =>
      request<{ id: string }>('POST', '/v1/events', { body: event }),
    onSuccess: async () => queryClient.invalidateQueries({ queryKey: keys.deliveries.all }),
  });
}
