import type { Delivery, DeliveryDetail, DeliveryStatus } from '@sydx/contract';
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { encode, request } from './client.ts';
import { keys } from './keys.ts';
import type { Page } from './page.ts';
import { queryClient } from './query-client.ts';
import { type TimeWindow, boundsOf } from './time-window.ts';

const DETAIL_EVERY_MS = 1_000;

export interface DeliveryFilter {
  readonly webhookId?: string | undefined;
  readonly eventId?: string | undefined;
  readonly event?: string | undefined;
  readonly status?: DeliveryStatus | undefined;
  readonly time: TimeWindow;
}

/** Keyset pages, newest first. Counting them all would cost as much as reading them, so nothing does. */
export function useDeliveries(filter: DeliveryFilter) {
  return useInfiniteQuery({
    queryKey: deliveriesKey(filter),
    queryFn: async ({ signal, pageParam }) => readDeliveries(filter, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    // The newest page is renewed by whoever shows it live; the older ones do not change.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    refetchOnMount: 'always',
    refetchOnReconnect: false,
    refetchOnWindowFocus: false,
    placeholderData: keepPreviousData,
  });
}

/** One delivery with payload and attempts; renewed every second while it is pending. */
export function useDelivery(id: string) {
  return useQuery({
    queryKey: keys.deliveries.one(id),
    queryFn: async ({ signal }) =>
      request<DeliveryDetail>('GET', `/v1/deliveries/${encode(id)}`, { signal }),
    refetchInterval: ({ state }) => (state.data?.status === 'pending' ? DETAIL_EVERY_MS : false),
  });
}

/** Sends the event again. @returns the new delivery */
export function useRedeliver() {
  return useMutation({
    mutationFn: async (id: string) =>
      request<Delivery>('POST', `/v1/deliveries/${encode(id)}/redeliver`),
    onSuccess: async () => queryClient.invalidateQueries({ queryKey: keys.deliveries.all }),
  });
}

/** One page. @param cursor undefined for the newest */
export async function readDeliveries(
  { time, ...filter }: DeliveryFilter,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Page<Delivery>> {
  return request('GET', '/v1/deliveries', {
    signal,
    query: { ...filter, ...boundsOf(time, Date.now()), cursor },
  });
}

/** Where the pages are cached. “The last hour” keeps its name while the hour moves. */
export function deliveriesKey({ time, ...filter }: DeliveryFilter) {
  return keys.deliveries.list({ ...filter, ...time });
}
