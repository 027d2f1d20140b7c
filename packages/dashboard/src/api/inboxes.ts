import type {
  CreatedInbox,
  Inbox,
  InboxAnswer,
  InboxRequest,
  InboxRequestPage,
  WebhookFilter,
} from '@sydx/contract';
import { LIMITS } from '@sydx/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { allPages } from './all-pages.ts';
import { encode, request } from './client.ts';
import { readPublishableTypes } from './event-types.ts';
import { keys } from './keys.ts';
import { isProblem } from './problem-error.ts';
import { queryClient } from './query-client.ts';

const LIST_EVERY_MS = 15_000;
const REQUESTS_EVERY_MS = 1_000;

/**
 * Inboxes that have not expired, newest first.
 *
 * @param isWanted false asks for nothing yet
 */
export function useInboxes(isWanted = true) {
  return useQuery({
    queryKey: keys.inboxes.list,
    queryFn: async ({ signal }) => allPages<Inbox>('/v1/inboxes', signal),
    enabled: isWanted,
    refetchInterval: ({ state }) => (isProblem(state.error, 'inbox_off') ? false : LIST_EVERY_MS),
  });
}

async function renew(): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: keys.inboxes.list }),
    queryClient.invalidateQueries({ queryKey: keys.webhooks.all }),
  ]);
}

export interface InboxWish {
  /** Of its webhook. */
  readonly name?: string;
  /** None: everything that can happen in the CRM. */
  readonly events?: readonly string[];
  readonly filter?: WebhookFilter | null;
}

const WEBHOOK_NAME = 'Try-it inbox';

/** A private URL together with the webhook that leads to it. */
export function useCreateInbox() {
  return useMutation({
    mutationFn: async ({ name = WEBHOOK_NAME, events = [], filter = null }: InboxWish) =>
      request<CreatedInbox>('POST', '/v1/inboxes', {
        body: {
          webhook: {
            name,
            events: events.length > 0 ? events : await readPublishableTypes(),
            filter,
          },
        },
      }),
    onSuccess: async ({ webhook: _, ...inbox }) => {
      queryClient.setQueryData<readonly Inbox[]>(keys.inboxes.list, (list = []) => [
        inbox,
        ...list,
      ]);
      await renew();
    },
  });
}

/** Holds for the next request that arrives. */
export function useChangeInboxAnswer(id: string) {
  return useMutation({
    mutationFn: async (answer: InboxAnswer) =>
      request<Inbox>('PATCH', `/v1/inboxes/${encode(id)}`, { body: { answer } }),
    onSuccess: (inbox) => {
      queryClient.setQueryData<readonly Inbox[]>(keys.inboxes.list, (list) =>
        list?.map((one) => (one.id === id ? inbox : one)),
      );
    },
  });
}

/** Deletes it with what it received and with its webhook. */
export function useDeleteInbox(id: string) {
  return useMutation({
    mutationFn: async () => request<undefined>('DELETE', `/v1/inboxes/${encode(id)}`),
    onSuccess: async () => {
      queryClient.setQueryData<readonly Inbox[]>(keys.inboxes.list, (list) =>
        list?.filter((one) => one.id !== id),
      );
      queryClient.removeQueries({ queryKey: keys.inboxes.requests(id) });
      await renew();
    },
  });
}

type Arrived = readonly InboxRequest[];

/**
 * What an inbox received and still keeps, oldest first; asks every second for what is newer than
 * what it has, through restarts of the server, until the inbox is gone.
 */
export function useInboxRequests(id: string) {
  const queryKey = keys.inboxes.requests(id);
  return useQuery({
    queryKey,
    queryFn: async ({ signal }) =>
      readNewer(id, queryClient.getQueryData<Arrived>(queryKey) ?? [], signal),
    refetchInterval: ({ state }) =>
      isProblem(state.error, 'not_found') ? false : REQUESTS_EVERY_MS,
    // A poll that failed is followed by the next one.
    retry: false,
    staleTime: 0,
    // Each answer holds only what is new: comparing it with all that was there finds nothing.
    structuralSharing: false,
  });
}

async function readNewer(id: string, known: Arrived, signal: AbortSignal): Promise<Arrived> {
  let arrived = known;
  for (;;) {
    const after = arrived.at(-1)?.number ?? 0;
    const { data, lastNumber }: InboxRequestPage = await request(
      'GET',
      `/v1/inboxes/${encode(id)}/requests`,
      { signal, query: { after, limit: LIMITS.listMax } },
    );
    // The same list again, so that nothing is rendered when nothing came.
    if (data.length > 0) arrived = [...arrived, ...data].slice(-LIMITS.inboxRequests);
    const newest = data.at(-1);
    if (newest === undefined || newest.number >= lastNumber) return arrived;
  }
}
