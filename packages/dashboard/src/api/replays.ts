import type { Replay, StartReplay } from '@sydx/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { encode, request } from './client.ts';
import { keys } from './keys.ts';

/** Acceptance time of the events, and how their latest delivery ended. */
export type ReplayWindow = Pick<StartReplay, 'from' | 'status'> & { to?: string };

/** How many events a replay would send again. @param window null while it is not known */
export function useReplayCount(webhookId: string | null, window: ReplayWindow | null) {
  return useQuery({
    queryKey: keys.replayCount(webhookId ?? '', { ...window }),
    queryFn: async ({ signal }) =>
      request<{ count: number }>('POST', `/v1/webhooks/${encode(webhookId ?? '')}/replay`, {
        signal,
        body: { ...window, dryRun: true },
      }),
    enabled: webhookId !== null && window !== null,
    staleTime: 0,
    gcTime: 0,
  });
}

export function useStartReplay(webhookId: string) {
  return useMutation({
    mutationFn: async (window: ReplayWindow) =>
      request<{ id: string; count: number }>('POST', `/v1/webhooks/${encode(webhookId)}/replay`, {
        body: window,
      }),
  });
}

/** Progress of a replay, every second until it is over. @param id null while there is none */
export function useReplay(id: string | null) {
  return useQuery({
    queryKey: keys.replay(id ?? ''),
    queryFn: async ({ signal }) =>
      request<Replay>('GET', `/v1/replays/${encode(id ?? '')}`, { signal }),
    enabled: id !== null,
    refetchInterval: ({ state }) =>
      state.data?.state === 'running' || !state.data ? 1_000 : false,
  });
}
