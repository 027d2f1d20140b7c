import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LIMITS } from '@sydx/contract';
import { contactEvents, contactIdentifiers } from '../../../src/sources/whatsapp/contact.ts';
import { readNotification } from '../../../src/sources/whatsapp/read.ts';
import { whatsappFixtures } from './fixtures.ts';

const fixtures = whatsappFixtures().map(({ notification }) => notification);

/** Reads it as a source does and checks what must hold whatever came. */
function mustRead(notification: unknown): void {
  const { observations, unknown } = readNotification(notification);
  const again = readNotification(structuredClone(notification));
  expect(again).toEqual({ observations, unknown });
  for (const { event, contact, timestampMs } of observations) {
    expect(timestampMs === null || !Number.isNaN(new Date(timestampMs).getTime())).toBe(true);
    const body = JSON.stringify(event);
    expect(JSON.stringify(JSON.parse(body))).toBe(body);
    expect(Buffer.byteLength(body)).toBeLessThan(LIMITS.deliveredBodyBytes);
    if (contact === null) continue;
    expect(contactIdentifiers(contact).length).toBeGreaterThan(0);
    contactEvents(null, contact);
    contactEvents({ identifiers: contactIdentifiers(contact), name: 'X' }, contact);
  }
}

test('no JSON whatever makes the source throw', () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => mustRead(value)));
});

test('no messages, echoes and statuses of whatever shape make it throw', () => {
  const list = fc.array(fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue())));
  const value = fc.record(
    { messages: list, message_echoes: list, statuses: list, contacts: list, errors: list },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(value, (one) => {
      const changes = [{ field: 'messages', value: one }];
      mustRead({ object: 'whatsapp_business_account', entry: [{ changes }] });
    }),
  );
});

test('no fixture with any part of it exchanged makes it throw', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...fixtures),
      fc.array(fc.tuple(fc.nat(), fc.jsonValue({ maxDepth: 3 })), { minLength: 1, maxLength: 4 }),
      (fixture, changes) => {
        const mutated = structuredClone(fixture);
        for (const [at, value] of changes) {
          const places = placesIn(mutated);
          const place = places[at % places.length];
          if (place !== undefined) place.holder[place.key] = structuredClone(value);
        }
        mustRead(mutated);
      },
    ),
    { numRuns: 1000 },
  );
});

interface Place {
  holder: Record<string, unknown>;
  key: string;
}

/** Every place of a JSON value at which something stands. */
function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key])]);
}
