import { type Bundle, defineTrigger, type ZObject } from 'zapier-platform-core';
import { ask } from '../api.ts';
import { type EventType, titleOf } from '../event-type.ts';

interface Page {
  readonly data: readonly (EventType & { readonly subscribable: boolean })[];
  readonly nextCursor: string | null;
}

/** Every type that the account may subscribe to: the catalogue, and what was registered beside it. */
export async function subscribableTypes(z: ZObject, bundle: Bundle): Promise<EventType[]> {
  const types: EventType[] = [];
  let cursor: string | null = null;
  do {
    const params: Record<string, string> = { limit: '100', ...(cursor === null ? {} : { cursor }) };
    const page: Page | null = await ask<Page>(z, bundle, { path: '/v1/event-types', params });
    types.push(...(page?.data ?? []).filter(({ subscribable }) => subscribable));
    cursor = page?.nextCursor ?? null;
  } while (cursor !== null);
  return types;
}

/** Names of the types to choose from. */
export async function listEventTypes(
  z: ZObject,
  bundle: Bundle,
): Promise<{ id: string; name: string }[]> {
  const types = await subscribableTypes(z, bundle);
  return types.map(({ type }) => ({ id: type, name: `${titleOf(type)} (${type})` }));
}

/** Fills the list of types that people choose from. */
export const eventTypeList = defineTrigger({
  key: 'event_type_list',
  noun: 'Event Type',
  display: {
    label: 'List of Event Types',
    description: 'Fills the list of event types to choose from.',
    hidden: true,
  },
  operation: {
    type: 'polling',
    perform: listEventTypes,
  },
});
