import type { Query } from './client.ts';

/**
 * Names of what is cached. A noun's name alone stands for all of it, to invalidate by:
 * `queryClient.invalidateQueries({ queryKey: keys.webhooks.all })`.
 */
export const keys = {
  session: ['session'] as const,
  /** One-time links; what they lead to is somebody else's, so entering keeps them. */
  links: ['links'] as const,
  eventTypes: ['event-types'] as const,
  webhooks: {
    all: ['webhooks'] as const,
    list: ['webhooks', 'list'] as const,
    one: (id: string) => ['webhooks', 'one', id] as const,
    health: ['webhooks', 'health'] as const,
  },
  deliveries: {
    all: ['deliveries'] as const,
    list: (query: Query) => ['deliveries', 'list', query] as const,
    one: (id: string) => ['deliveries', 'one', id] as const,
  },
  events: {
    all: ['events'] as const,
    list: (query: Query) => ['events', 'list', query] as const,
  },
  filterPreview: (body: string) => ['filter-preview', body] as const,
  replay: (id: string) => ['replays', id] as const,
  replayCount: (webhookId: string, window: Query) => ['replay-counts', webhookId, window] as const,
  stats: (query: Query) => ['stats', query] as const,
  sources: {
    all: ['sources'] as const,
    fetching: (id: string) => ['sources', 'fetching', id] as const,
    leads: (id: string, state: string) => ['sources', 'leads', id, state] as const,
  },
  inboxes: {
    list: ['inboxes', 'list'] as const,
    requests: (id: string) => ['inboxes', 'requests', id] as const,
  },
  rejectedEvents: {
    list: ['rejected-events', 'list'] as const,
    one: (id: string) => ['rejected-events', 'one', id] as const,
  },
  auditLog: (query: Query) => ['audit-log', query] as const,
  apiKeys: {
    all: ['api-keys'] as const,
  },
  members: {
    all: ['members'] as const,
    list: ['members', 'list'] as const,
    invites: ['members', 'invites'] as const,
  },
} as const;
