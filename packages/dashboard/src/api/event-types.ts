import type { CreateEventType, EventTypeEntry, PatchEventType } from '@sydx/contract';
import { queryOptions, useMutation, useQuery } from '@tanstack/react-query';
import { allPages } from './all-pages.ts';
import { encode, request } from './client.ts';
import { keys } from './keys.ts';
import { queryClient } from './query-client.ts';

const eventTypesQuery = queryOptions({
  queryKey: keys.eventTypes,
  queryFn: async ({ signal }) => allPages<EventTypeEntry>('/v1/event-types', signal),
  staleTime: 30_000,
});

/** The catalogue, and what this account and the operator registered beside it. */
export function useEventTypes() {
  return useQuery(eventTypesQuery);
}

/** What can happen in the CRM: every type but those that the product tells of its own webhooks. */
export async function readPublishableTypes(): Promise<readonly string[]> {
  const entries = await queryClient.query(eventTypesQuery);
  return entries.filter(({ publishable }) => publishable).map(({ type }) => type);
}

async function renew(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: keys.eventTypes });
}

export function useCreateEventType() {
  return useMutation({
    mutationFn: async (body: CreateEventType) =>
      request<EventTypeEntry>('POST', '/v1/event-types', { body }),
    onSuccess: renew,
  });
}

/** What is left out stays as it is. */
export function useChangeEventType(type: string) {
  return useMutation({
    mutationFn: async (body: PatchEventType) =>
      request<EventTypeEntry>('PATCH', `/v1/event-types/${encode(type)}`, { body }),
    onSuccess: renew,
  });
}

/** Refused while a webhook subscribes to it. */
export function useDeleteEventType(type: string) {
  return useMutation({
    mutationFn: async () => request<undefined>('DELETE', `/v1/event-types/${encode(type)}`),
    onSuccess: renew,
  });
}
