import { PUBLISHABLE_EVENT_TYPES } from '@sydx/contract';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { EventTypeBook } from '../../src/engine/event-type-book.ts';
import { SYSTEM } from '../../src/store/audit-log.ts';
import {
  changeEventType,
  createEventType,
  deleteEventType,
} from '../../src/store/change-event-type.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { startTestApi } from '../kit/api.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { eventually, makeTenant } from '../kit/engine.ts';

let place: TestDatabase;
let database: Database;
let tenantNo: number;
let book: EventTypeBook;
let openBook: (mostBytes?: number) => EventTypeBook;
/** The clock that the book goes by. */
let now: number;
/** Questions that it put to PostgreSQL. */
let asked: number;

beforeAll(async () => {
  place = await createDatabase();
  database = openDatabase(place.url, () => undefined);
  tenantNo = await makeTenant(database, 'acme');
});
afterAll(async () => {
  await database.close();
  await place.drop();
});
beforeEach(async () => {
  await database.general.query('truncate sydx.event_types');
  now = 10_000;
  asked = 0;
  const auth = new Proxy(database.auth, {
    get: (pool, name) => {
      if (name === 'query') asked += 1;
      const value: unknown = Reflect.get(pool, name);
      return typeof value === 'function' ? value.bind(pool) : value;
    },
  });
  const clock = { now: () => now, monotonic: () => now };
  const log = pino({ level: 'silent' });
  openBook = (mostBytes) =>
    new EventTypeBook({
      database: { auth },
      clock,
      log,
      ...(mostBytes === undefined ? {} : { mostBytes }),
    });
  book = openBook();
});

const content = { description: 'x', schema: { required: ['id'] }, sample: { id: 1 } };
const register = (type: string) =>
  createEventType(database.general, { tenantNo, type, ...content }, 100, SYSTEM);
const registered = async (type: string) => {
  await register(type);
  const schema = await lookUp(type);
  if (schema === undefined) throw new Error(`${type} is not known.`);
  return schema;
};
const lookUp = async (type: string) => {
  const event = { tenantNo, type };
  return (await book.schemasOf([event]))(event);
};

test('a schema is asked for once a second, in the background from half a second on', async () => {
  await register('order.paid');
  const schema = await lookUp('order.paid');
  expect(schema).toBeDefined();
  expect(asked).toBe(1);
  now += 499;
  expect(await lookUp('order.paid')).toBe(schema);
  expect(asked).toBe(1);
  now += 1;
  for (let times = 0; times < 50; times += 1) expect(await lookUp('order.paid')).toBe(schema);
  expect(asked).toBe(2);
  // The same version: what was made of the schema stays.
  await eventually('it is renewed', async () => {
    await lookUp('order.paid');
    return asked === 2;
  });
  now += 1_000;
  expect(await lookUp('order.paid')).toBe(schema);
  expect(asked).toBe(3);
});

test('what is not known is looked up at once, and what is gone is unknown a second later', async () => {
  await register('order.paid');
  const schema = await lookUp('order.paid');
  expect(schema).toBeDefined();
  await changeEventType(
    database.general,
    tenantNo,
    'order.paid',
    () => ({ ...content, schema: {} }),
    SYSTEM,
  );
  expect(await lookUp('order.paid')).toBe(schema);
  now += 1_000;
  expect(await lookUp('order.paid')).not.toBe(schema);
  expect(await deleteEventType(database.general, tenantNo, 'order.paid', SYSTEM)).toEqual([]);
  now += 1_000;
  expect(await lookUp('order.paid')).toBeUndefined();
});

test('a name that nobody registered is asked for once a second, and known a second later at the latest', async () => {
  const events = Array.from({ length: 1_000 }, (_, n) => ({ tenantNo, type: `made.up${n}` }));
  for (let times = 0; times < 5; times += 1) await book.schemasOf(events);
  expect(asked).toBe(1);
  // By another node.
  await register('made.up1');
  now += 999;
  expect(await lookUp('made.up1')).toBeUndefined();
  expect(asked).toBe(1);
  now += 1;
  expect(await lookUp('made.up1')).toBeDefined();
  // By this node: at once.
  expect(await lookUp('made.up2')).toBeUndefined();
  await register('made.up2');
  book.forget();
  expect(await lookUp('made.up2')).toBeDefined();
});

test('a tenant with many large types takes no other out of memory', async () => {
  const { weightBytes } = await registered('small.one');
  const small = { tenantNo, type: 'small.one' };
  const large = await makeTenant(database, 'large');
  const narrow = openBook(20 * weightBytes);
  const kept = (await narrow.schemasOf([small]))(small);
  expect(kept).toBeDefined();
  const events = Array.from({ length: 50 }, (_, n) => ({ tenantNo: large, type: `big.t${n}` }));
  for (const event of events) {
    await createEventType(database.general, { ...event, ...content }, 100, SYSTEM);
  }
  asked = 0;
  for (const event of events) expect((await narrow.schemasOf([event]))(event)).toBeDefined();
  expect(asked).toBe(50);
  expect((await narrow.schemasOf([small]))(small)).toBe(kept);
  expect(asked).toBe(50);
  // The last of the large tenant's are there still, its first are not.
  await narrow.schemasOf(events.slice(-10));
  expect(asked).toBe(50);
  await narrow.schemasOf(events.slice(0, 10));
  expect(asked).toBe(51);
});

test('a change made here holds here at once', async () => {
  await register('order.paid');
  expect(await lookUp('order.paid')).toBeDefined();
  await deleteEventType(database.general, tenantNo, 'order.paid', SYSTEM);
  book.forget();
  expect(await lookUp('order.paid')).toBeUndefined();
});

test('a batch of many types is one question', async () => {
  const types = Array.from({ length: 40 }, (_, index) => `batch.t${index}`);
  for (const type of types) await register(type);
  const events = [...types, 'batch.none'].map((type) => ({ tenantNo, type }));
  const schemaOf = await book.schemasOf([...events, ...events]);
  expect(asked).toBe(1);
  expect(events.map((event) => schemaOf(event) !== undefined)).toEqual([
    ...types.map(() => true),
    false,
  ]);
});

test('types of the catalogue ask nobody', async () => {
  const api = await startTestApi(place.url);
  try {
    const { key } = await api.makeTenantWithKey('quiet');
    const { data } = (await api.call('GET', '/v1/event-types', { key })).body;
    const events = PUBLISHABLE_EVENT_TYPES.map((type) => ({
      type,
      data: data.find((one: { type: string }) => one.type === type).sample,
    }));
    // Nobody can answer for registered types any more.
    await database.general.query('alter table sydx.event_types rename to gone');
    const sent = await api.call('POST', '/v1/events', { key, body: { events } });
    expect(sent.status, sent.text).toBe(202);
  } finally {
    await database.general.query('alter table sydx.gone rename to event_types');
    await api.close();
  }
});
