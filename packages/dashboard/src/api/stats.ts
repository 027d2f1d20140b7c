import type { Stats } from '@sydx/contract';
import { keepPreviousData, queryOptions, useQueries, useQuery } from '@tanstack/react-query';
import { request } from './client.ts';
import { keys } from './keys.ts';
import { TIME_PRESETS, type TimePreset } from './time-window.ts';

const BUCKETS = { '1h': 'minute', '24h': 'hour', '7d': 'hour', '30d': 'day' } as const;
const RENEWED_EVERY_MS = 15_000;

function statsQuery(range: TimePreset, webhookId?: string) {
  const bucket = BUCKETS[range];
  return queryOptions({
    queryKey: keys.stats({ range, webhookId }),
    queryFn: async ({ signal }) => {
      const from = new Date(Date.now() - TIME_PRESETS[range].lengthMs).toISOString();
      return request<Stats>('GET', '/v1/stats', { signal, query: { webhookId, from, bucket } });
    },
    staleTime: RENEWED_EVERY_MS,
  });
}

/** Counts and latency of all webhooks, renewed while somebody looks. test.ping is left out. */
export function useStats(range: TimePreset) {
  return useQuery({
    ...statsQuery(range),
    refetchInterval: RENEWED_EVERY_MS,
    placeholderData: keepPreviousData,
  });
}

/** The same for each of some webhooks. */
export function useStatsOfWebhooks(range: TimePreset, webhookIds: readonly string[]) {
  return useQueries({
    queries: webhookIds.map((id) => statsQuery(range, id)),
    combine: (results) => ({
      isPending: results.some(({ isPending }) => isPending),
      error: results.find(({ error }) => error !== null)?.error ?? null,
      byWebhook: new Map(
        webhookIds.flatMap((id, place) => {
          const data = results[place]?.data;
          return data === undefined ? [] : [[id, data.total] as const];
        }),
      ),
      retry: () => {
        for (const result of results) if (result.isError) void result.refetch();
      },
    }),
  });
}
