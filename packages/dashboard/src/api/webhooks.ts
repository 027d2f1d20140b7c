import type {
  CreatedWebhook,
  CreateWebhook,
  DeliveryDetail,
  PatchedWebhook,
  PatchWebhook,
  Webhook,
  WebhookHealth,
} from '@sydx/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { encode, request } from './client.ts';
import { keys } from './keys.ts';
import type { Page } from './page.ts';
import { queryClient } from './query-client.ts';

/** All of a tenant's webhooks, newest first: at most 500, so five pages of 100. */
async function listAll(signal: AbortSignal): Promise<readonly Webhook[]> {
  const webhooks: Webhook[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<Webhook> = await request('GET', '/v1/webhooks', {
      signal,
      query: { limit: 100, cursor },
    });
    webhooks.push(...page.data);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return webhooks;
}

export function useWebhooks() {
  return useQuery({
    queryKey: keys.webhooks.list,
    queryFn: async ({ signal }) => listAll(signal),
  });
}

export function useWebhook(id: string) {
  return useQuery({
    queryKey: keys.webhooks.one(id),
    queryFn: async ({ signal }) =>
      request<Webhook>('GET', `/v1/webhooks/${encode(id)}`, { signal }),
    initialData: () =>
      queryClient
        .getQueryData<readonly Webhook[]>(keys.webhooks.list)
        ?.find((webhook) => webhook.id === id),
    initialDataUpdatedAt: () => queryClient.getQueryState(keys.webhooks.list)?.dataUpdatedAt,
  });
}

/** Health of every webhook by its id, renewed while somebody looks. */
export function useWebhookHealth() {
  return useQuery({
    queryKey: keys.webhooks.health,
    queryFn: async ({ signal }) => {
      const { data } = await request<WebhookHealth>('GET', '/v1/webhook-health', { signal });
      return new Map(data.map((health) => [health.webhookId, health]));
    },
    refetchInterval: 15_000,
  });
}

export function useCreateWebhook() {
  return useMutation({
    mutationFn: async (body: CreateWebhook) =>
      request<CreatedWebhook>('POST', '/v1/webhooks', { body }),
    onSuccess: async () => queryClient.invalidateQueries({ queryKey: keys.webhooks.list }),
  });
}

export function useChangeWebhook(id: string) {
  return useMutation({
    mutationFn: async (body: PatchWebhook) =>
      request<PatchedWebhook>('PATCH', `/v1/webhooks/${encode(id)}`, { body }),
    onSuccess: ({ replayOffer: _, ...webhook }) => {
      queryClient.setQueryData<Webhook>(keys.webhooks.one(id), webhook);
      queryClient.setQueryData<readonly Webhook[]>(keys.webhooks.list, (list) =>
        list?.map((one) => (one.id === id ? webhook : one)),
      );
    },
  });
}

/** Deletes at once; the rows of its deliveries stay in the log. */
export function useDeleteWebhook(id: string) {
  return useMutation({
    mutationFn: async () => request<undefined>('DELETE', `/v1/webhooks/${encode(id)}`),
    onSuccess: () => {
      queryClient.setQueryData<readonly Webhook[]>(keys.webhooks.list, (list) =>
        list?.filter((one) => one.id !== id),
      );
    },
  });
}

/** Sends test.ping now and waits for its outcome. */
export function useTestWebhook(id: string) {
  return useMutation({
    mutationFn: async () => request<DeliveryDetail>('POST', `/v1/webhooks/${encode(id)}/test`),
    onSuccess: async () => queryClient.invalidateQueries({ queryKey: keys.deliveries.all }),
  });
}

export function useRotateSecret(id: string) {
  return useMutation({
    mutationFn: async () =>
      request<{ secret: string }>('POST', `/v1/webhooks/${encode(id)}/rotate-secret`),
    onSuccess: async () => queryClient.invalidateQueries({ queryKey: keys.webhooks.all }),
  });
}
