import type { FilterPreview, WebhookFilter } from '@sydx/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { request } from './client.ts';
import { keys } from './keys.ts';

/** Which recent events of these types a filter lets pass; renewed while somebody looks. */
export function useFilterPreview(filter: WebhookFilter | null, events: readonly string[]) {
  const body = { filter, events };
  return useQuery({
    queryKey: keys.filterPreview(JSON.stringify(body)),
    queryFn: async ({ signal }) =>
      request<FilterPreview>('POST', '/v1/filter-preview', { signal, body }),
    enabled: filter !== null && events.length > 0,
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
}
