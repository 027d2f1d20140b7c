import type { EventTypeEntry } from '@sydx/contract';
import { useQuery } from '@tanstack/react-query';
import { request } from './client.ts';
import { keys } from './keys.ts';
import type { Page } from './page.ts';

/** The catalogue; it changes only with a new version of the server. */
export function useEventTypes() {
  return useQuery({
    queryKey: keys.eventTypes,
    queryFn: async ({ signal }) =>
      (
        await request<Page<EventTypeEntry>>('GET', '/v1/event-types', {
          signal,
          query: { limit: 100 },
        })
      ).data,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
