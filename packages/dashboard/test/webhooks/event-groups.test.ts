import type { EventTypeEntry } from '@sydx/contract';
import {
  EVENT_TYPES,
  EVENTS,
  isPublishable,
  isSubscribable,
  SUBSCRIBABLE_EVENT_TYPES,
} from '@sydx/contract';
import { describe, expect, test } from 'vitest';
import { groupEvents, matchesEvent } from '../../src/pages/webhooks/form/event-groups.ts';

const catalogue: EventTypeEntry[] = EVENT_TYPES.map((type) => ({
  type,
  description: EVENTS[type].description,
  origin: 'product',
  publishable: isPublishable(type),
  subscribable: isSubscribable(type),
  schema: {},
  sample: {},
  createdAt: null,
  updatedAt: null,
}));

describe('the events of the Create Webhook dialog', () => {
  test('stand in groups under the words of the CRM', () => {
    const labels = groupEvents(catalogue).map(({ label }) => label);
    expect(labels).toEqual(['Messages', 'Contacts', 'Leads', 'Campaigns', 'Flows', 'Webhooks']);
  });

  test('are all there once, except test.ping, which nobody can subscribe to', () => {
    const types = groupEvents(catalogue).flatMap((group) => group.types.map(({ type }) => type));
    expect(types).toEqual(SUBSCRIBABLE_EVENT_TYPES);
  });

  test('that somebody registered stand in a group of their own, the last', () => {
    const own = { ...catalogue[0]!, type: 'lead.scored', origin: 'tenant' as const };
    const groups = groupEvents([...catalogue, own]);
    expect(groups.at(-1)).toMatchObject({ label: 'Custom', types: [{ type: 'lead.scored' }] });
    expect(groups.filter(({ label }) => label === 'Leads')).toHaveLength(1);
  });

  test('are found by their type and by what triggers them', () => {
    const find = (search: string) =>
      catalogue.filter((entry) => matchesEvent(entry, search)).map(({ type }) => type);
    expect(find('lead.')).toEqual(['lead.captured', 'lead.assigned']);
    expect(find(' BROADCAST ')).toEqual(['campaign.sent', 'campaign.completed']);
    expect(find('nothing like it')).toEqual([]);
  });
});
