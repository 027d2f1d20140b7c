import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, makeWebhook } from '../../kit/engine.ts';
import { startReceiver } from '../../kit/receivers.ts';
import { EXPECTED } from './expected.ts';
import { whatsappFixture, whatsappFixtures, withId } from './fixtures.ts';
import {
  makeSource,
  notificationOf,
  notify,
  sentChange,
  type SourcesApi,
  startSources,
  textChange,
} from './setup.ts';

let api: SourcesApi;

beforeAll(async () => {
  api = await startSources();
});

afterAll(() => api.close());

async function typesOf(tenantNo: number): Promise<string[]> {
  return (await api.eventsOf(tenantNo)).map(({ type }) => type);
}

describe('every fixture', () => {
  test.each(whatsappFixtures())('$file $key: posted, it becomes its event', async (fixture) => {
    const { file, key, notification } = fixture;
    const row = EXPECTED[file]![key]!;
    const source = await makeSource(api);
    expect((await notify(api, source, notification)).status).toBe(200);

    const events = await api.eventsOf(source.tenantNo);
    const isIncoming = row.type === 'message.received' || row.type === 'flow.completed';
    const met = isIncoming && row.data!['type'] !== 'system';
    const created = met && (row.data!['contact'] ?? row.data!['userId']) !== undefined;
    const changed = key === 'phone_number_change';
    expect(events.map(({ type }) => type)).toEqual([
      ...(created ? ['contact.created'] : []),
      ...(changed ? ['contact.updated'] : []),
      ...(row.type === null ? [] : [row.type]),
    ]);
    if (row.type !== null) expect(events.at(-1)!.data).toEqual(row.data);
    if (created) {
      const { contact, userId, name } = row.data!;
      const known = JSON.parse(JSON.stringify({ name, waId: contact, userId }));
      expect(events[0]!.data).toEqual({ ...known, source: 'whatsapp' });
    }
    for (const { body, timestamp, tenant_no } of events) {
      expect(timestamp).toBe(new Date(row.at!).toISOString());
      expect(JSON.stringify(JSON.parse(body))).toBe(body);
      expect(Object.keys(JSON.parse(body))).toEqual(['event', 'timestamp', 'tenantId', 'data']);
      expect(tenant_no).toBe(source.tenantNo);
    }

    // And once more: Meta repeats what it believes unanswered.
    expect((await notify(api, source, notification)).status).toBe(200);
    expect(await api.eventsOf(source.tenantNo)).toHaveLength(events.length);
  });
});

describe('a notification', () => {
  test('comes out at a receiver, signed, with the new contact before the message', async () => {
    const receiver = await startReceiver();
    const source = await makeSource(api);
    await makeWebhook(api, {
      tenantNo: source.tenantNo,
      url: `${receiver.origin}/hook`,
      events: ['message.received', 'contact.created'],
    });
    await notify(api, source, whatsappFixture('message', 'text'));
    await eventually('both deliveries arrive', () => receiver.requests.length === 2);
    const byEvent = new Map(
      receiver.requests.map(({ headers, body }) => [
        String(headers['x-sydx-event']),
        body.toString(),
      ]),
    );
    expect([...byEvent.keys()].toSorted()).toEqual(['contact.created', 'message.received']);
    for (const [type, body] of byEvent) {
      expect(JSON.stringify(JSON.parse(body))).toBe(body);
      expect(JSON.parse(body).event).toBe(type);
    }
    await receiver.close();
  });

  test('may bring many entries, changes and messages, in their order', async () => {
    const source = await makeSource(api);
    const batch = notificationOf(
      [textChange({ id: 'b.1', from: '491', body: '1' }), sentChange('b.2', '491')],
      [textChange({ id: 'b.3', from: '492', body: '3' }), textChange({ id: 'b.4', from: '491' })],
      [textChange({ id: 'b.1', from: '491', body: '1' })],
    );
    expect((await notify(api, source, batch)).status).toBe(200);
    const events = await api.eventsOf(source.tenantNo);
    expect(events.map(({ type, data }) => `${type} ${data['messageId'] ?? data['waId']}`)).toEqual([
      'contact.created 491',
      'message.received b.1',
      'message.sent b.2',
      'contact.created 492',
      'message.received b.3',
      'message.received b.4',
    ]);
  });

  test('of thousands of messages is published whole, and what repeats is not', async () => {
    const source = await makeSource(api);
    const entries = Array.from({ length: 1200 }, (_, n) => [
      textChange({ id: `m.${n}`, from: `49${n % 700}`, name: 'Ann' }),
    ]);
    expect((await notify(api, source, notificationOf(...entries))).status).toBe(200);
    entries.push([textChange({ id: 'm.new', from: '490' })]);
    expect((await notify(api, source, notificationOf(...entries))).status).toBe(200);
    const types = await typesOf(source.tenantNo);
    expect(types.filter((type) => type === 'message.received')).toHaveLength(1201);
    expect(types.filter((type) => type === 'contact.created')).toHaveLength(700);
    expect(types).toHaveLength(1901);
  });

  test('without a time of its own has the time of its arrival', async () => {
    const source = await makeSource(api);
    const change = textChange({ id: 't.1', from: '49' });
    const text = JSON.stringify(notificationOf([change])).replace('"1698266730"', 'null');
    await notify(api, source, text);
    const [event] = await api.eventsOf(source.tenantNo);
    expect(Math.abs(Date.parse(event!.timestamp) - Date.now())).toBeLessThan(60_000);
  });

  test('with numbers that JSON.parse changes, lone surrogates, __proto__ and NUL loses nothing', async () => {
    const source = await makeSource(api);
    const raw = JSON.stringify(notificationOf([textChange({ id: 'x.1', from: '49', name: 'N' })]))
      .replace('"body":"Hi"', '"body":"a\\ud800b\\u0000c"')
      .replace(
        '"type":"text"',
        '"type":"order","order":{"n":12345678901234567890,"__proto__":{"z":1}}',
      )
      .replace('"name":"N"', '"name":"N\\u0000\\udc00"');
    expect((await notify(api, source, raw)).status).toBe(200);
    const events = await api.eventsOf(source.tenantNo);
    expect(events).toHaveLength(2);
    for (const { body } of events) expect(JSON.stringify(JSON.parse(body))).toBe(body);
    expect(events[1]!.body).toContain('"12345678901234567890"');
    expect(events[1]!.body).toContain('"__proto__":{"z":1}');
  });
});

describe('a repeat', () => {
  test('of a body already seen is answered without publishing again, also at the same moment', async () => {
    const source = await makeSource(api);
    const notification = whatsappFixture('message', 'text');
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => notify(api, source, notification)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
    expect(await typesOf(source.tenantNo)).toEqual(['contact.created', 'message.received']);
  });

  test('is known for 8 days, longer than Meta repeats, and then forgotten', async () => {
    const source = await makeSource(api);
    const notification = withId(whatsappFixture('message', 'text'), 'wamid.eight-days');
    await notify(api, source, notification);
    const pool = api.database.general;
    const { rows } = await pool.query<{ days: string }>(
      `select distinct extract(epoch from expires_at - clock_timestamp()) / 86400 as days
      from sydx.idempotency_keys`,
    );
    for (const { days } of rows) expect(Number(days)).toBeCloseTo(8, 1);
    await pool.query('update sydx.idempotency_keys set expires_at = clock_timestamp()');
    await notify(api, source, notification);
    expect(await typesOf(source.tenantNo)).toEqual([
      'contact.created',
      'message.received',
      'message.received',
    ]);
  });

  test('is a matter of one tenant: another one publishes its own', async () => {
    const [one, two] = [await makeSource(api), await makeSource(api)];
    const notification = whatsappFixture('message', 'text');
    await notify(api, one, notification);
    await notify(api, two, notification);
    expect(await typesOf(two.tenantNo)).toEqual(['contact.created', 'message.received']);
  });
});

describe('a contact', () => {
  test('met by several messages at the same moment is created once', async () => {
    const source = await makeSource(api);
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        notify(
          api,
          source,
          notificationOf([
            textChange({ id: `c.${n}`, from: '491', fromUserId: 'DE.1', name: 'Ann' }),
          ]),
        ),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
    const types = await typesOf(source.tenantNo);
    expect(types.filter((type) => type === 'contact.created')).toHaveLength(1);
    expect(types.filter((type) => type === 'message.received')).toHaveLength(12);
  });

  test('met in crossed order by two batches locks nobody up', async () => {
    const source = await makeSource(api);
    const people = Array.from({ length: 60 }, (_, n) => `49${n}`);
    const batch = (order: string[], mark: string) =>
      notificationOf(
        ...order.map((from) => [textChange({ id: `${mark}.${from}`, from, name: mark })]),
      );
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        notify(api, source, batch(n % 2 === 0 ? people : people.toReversed(), `batch${n}`)),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    const types = await typesOf(source.tenantNo);
    expect(types.filter((type) => type === 'contact.created')).toHaveLength(60);
    expect(types.filter((type) => type === 'message.received')).toHaveLength(480);
  });

  test('whose profile name changed is updated, and once', async () => {
    const source = await makeSource(api);
    const say = (id: string, name?: string) =>
      notify(api, source, notificationOf([textChange({ id, from: '491', ...(name && { name }) })]));
    await say('n.1', 'Ann');
    await say('n.2', 'Anna');
    await say('n.3', 'Anna');
    await say('n.4');
    const events = await api.eventsOf(source.tenantNo);
    expect(events.map(({ type }) => type)).toEqual([
      'contact.created',
      'message.received',
      'contact.updated',
      'message.received',
      'message.received',
      'message.received',
    ]);
    expect(events[2]!.data).toEqual({ contact: '491', changedFields: ['name'], name: 'Anna' });
  });

  test('whose new name several messages tell at the same moment is updated once', async () => {
    const source = await makeSource(api);
    const say = (id: string, name: string) =>
      notify(api, source, notificationOf([textChange({ id, from: '491', name })]));
    await say('u.0', 'Ann');
    await Promise.all(Array.from({ length: 12 }, (_, n) => say(`u.${n + 1}`, 'Anna')));
    const types = await typesOf(source.tenantNo);
    expect(types.filter((type) => type === 'contact.updated')).toHaveLength(1);
    expect(types).toHaveLength(15);
  });

  test('who hides the number later is the same person', async () => {
    const source = await makeSource(api);
    const who = { fromUserId: 'DE.7', name: 'Ann' };
    await notify(api, source, notificationOf([textChange({ id: 'h.1', from: '497', ...who })]));
    await notify(api, source, notificationOf([textChange({ id: 'h.2', ...who })]));
    const events = await api.eventsOf(source.tenantNo);
    expect(events.map(({ type }) => type)).toEqual([
      'contact.created',
      'message.received',
      'message.received',
    ]);
    expect(events[2]!.data).toMatchObject({ contact: null, userId: 'DE.7' });
  });

  test('who changes the number is told so; whoever gets the old number is somebody new', async () => {
    const source = await makeSource(api);
    const from = '972987654321';
    await notify(api, source, notificationOf([textChange({ id: 's.1', from, name: 'Ann' })]));
    await notify(api, source, whatsappFixture('system', 'phone_number_change'));
    await notify(api, source, notificationOf([textChange({ id: 's.2', from, name: 'Bob' })]));
    const events = await api.eventsOf(source.tenantNo);
    expect(events.map(({ type }) => type)).toEqual([
      'contact.created',
      'message.received',
      'contact.updated',
      'contact.created',
      'message.received',
    ]);
    expect(events[2]!.data).toMatchObject({
      contact: '972912345678',
      changedFields: ['contact'],
      name: 'Ann',
      previousContact: from,
    });
    expect(events[3]!.data).toMatchObject({ waId: from, name: 'Bob' });
  });

  test('is not made by a message to somebody, nor remembered by it', async () => {
    const source = await makeSource(api);
    await notify(api, source, notificationOf([sentChange('o.1', '491', 'Ann')]));
    await notify(api, source, notificationOf([textChange({ id: 'o.2', from: '491' })]));
    expect(await typesOf(source.tenantNo)).toEqual([
      'message.sent',
      'contact.created',
      'message.received',
    ]);
  });

  test('that the CRM published is known, by its latest name', async () => {
    const source = await makeSource(api);
    const publish = (type: string, data: object) =>
      api.call('POST', '/v1/events', { key: source.key, body: { type, data } });
    await publish('contact.created', { waId: '491', name: 'Ann', source: 'import' });
    await publish('contact.updated', { contact: '491', changedFields: ['name'], name: 'Anna' });
    await notify(
      api,
      source,
      notificationOf([textChange({ id: 'k.1', from: '491', name: 'Anna' })]),
    );
    expect(await typesOf(source.tenantNo)).toEqual([
      'contact.created',
      'contact.updated',
      'message.received',
    ]);
  });

  test('outlives the events that told of it', async () => {
    const source = await makeSource(api);
    const say = (id: string) =>
      notify(api, source, notificationOf([textChange({ id, from: '491', name: 'Ann' })]));
    await say('r.1');
    await api.database.general.query('delete from sydx.events where tenant_no = $1', [
      source.tenantNo,
    ]);
    await say('r.2');
    expect(await typesOf(source.tenantNo)).toEqual(['message.received']);
  });
});

describe('a message that the business sent', () => {
  test('is one message.sent, whether status or echo comes first', async () => {
    const source = await makeSource(api);
    const status = withId(whatsappFixture('message_status', 'sent'), 'wamid.out');
    const echo = withId(whatsappFixture('outgoing_message', 'text'), 'wamid.out');
    await Promise.all([notify(api, source, status), notify(api, source, echo)]);
    expect(await typesOf(source.tenantNo)).toEqual(['message.sent']);
  });

  test('is not told again where the CRM published that messageId itself', async () => {
    const source = await makeSource(api);
    const data = { contact: '491', body: 'Hi', status: 'sent', messageId: 'wamid.crm' };
    const published = await api.call('POST', '/v1/events', {
      key: source.key,
      body: { type: 'message.sent', data },
    });
    expect(published.status).toBe(202);
    await notify(api, source, notificationOf([sentChange('wamid.crm', '491')]));
    await notify(api, source, notificationOf([sentChange('wamid.other', '491')]));
    const events = await api.eventsOf(source.tenantNo);
    expect(events.map((event) => event.data['messageId'])).toEqual(['wamid.crm', 'wamid.other']);
  });
});
