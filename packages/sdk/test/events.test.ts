import { EVENT_TYPES, EVENTS, type EventData, type EventType } from '@sydx/contract';
import { expect, expectTypeOf, it } from 'vitest';
import { type SydxEventData, type SydxEventType, verify } from '../src/index.ts';
import { SECRET, signed } from './delivery.ts';

/** zod writes `name?: string | undefined`; JSON knows no undefined, so the sdk leaves it out. */
type Defined<T> = T extends readonly (infer Item)[]
  ? Defined<Item>[]
  : T extends object
    ? { [Key in keyof T]: Defined<Exclude<T[Key], undefined>> }
    : T;

it('the sdk knows exactly the event types of the catalogue', () => {
  expectTypeOf<SydxEventType>().toEqualTypeOf<EventType>();
});

/** The fields that are named: further ones may follow in both. */
type Fields<T> = keyof { [Key in keyof T as string extends Key ? never : Key]: true };

it('the sdk names every field of the catalogue', () => {
  expectTypeOf<{ [Type in EventType]: Fields<SydxEventData[Type]> }>().toEqualTypeOf<{
    [Type in EventType]: Fields<EventData<Type>>;
  }>();
});

it('the sdk gives each event type the data of the catalogue', () => {
  type Agrees<Type extends EventType> =
    Defined<EventData<Type>> extends SydxEventData[Type]
      ? Defined<SydxEventData[Type]> extends Defined<EventData<Type>>
        ? true
        : `${Type}: the sdk allows what the catalogue does not`
      : `${Type}: the catalogue allows what the sdk does not`;
  expectTypeOf<{ [Type in EventType]: Agrees<Type> }[EventType]>().toEqualTypeOf<true>();
});

it('the event type tells what the data holds', () => {
  const body = JSON.stringify({
    event: 'campaign.completed',
    timestamp: '2026-03-25T08:22:50.254Z',
    tenantId: 't',
    data: { name: 'Diwali', stats: { success: 2, failed: 1 } },
  });
  const event = verify(body, signed(body, SECRET), SECRET);
  if (event.event !== 'campaign.completed') throw new Error(event.event);
  expectTypeOf(event.data.stats.failed).toEqualTypeOf<number>();
  expect(event.data.stats.failed).toBe(1);
});

it.each(EVENT_TYPES)('the sample of %s verifies', (type) => {
  const body = JSON.stringify({
    event: type,
    timestamp: '2026-03-25T08:22:50.254Z',
    tenantId: 't',
    data: EVENTS[type].sample,
  });
  expect(verify(body, signed(body, SECRET), SECRET).data).toEqual(EVENTS[type].sample);
});
