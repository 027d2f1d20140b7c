import { checkEventData } from '@sydx/contract';
import { describe, expect, test } from 'vitest';
import { readNotification } from '../../../src/sources/whatsapp/read.ts';
import { EXPECTED } from './expected.ts';
import { whatsappFixture, whatsappFixtures, withId } from './fixtures.ts';

const fixtures = whatsappFixtures();

/** A notification of one change in the field `messages`. */
function notificationOf(value: Record<string, unknown>, field = 'messages'): unknown {
  return { object: 'whatsapp_business_account', entry: [{ changes: [{ value, field }] }] };
}

function only(notification: unknown) {
  const { observations } = readNotification(notification);
  expect(observations).toHaveLength(1);
  return observations[0]!;
}

describe('every kind of notification that Meta documents', () => {
  test('has a row in the table, and every row has its fixture', () => {
    const inTable = Object.entries(EXPECTED).flatMap(([file, rows]) =>
      Object.keys(rows).map((key) => `${file}.${key}`),
    );
    expect(inTable.toSorted()).toEqual(
      fixtures.map(({ file, key }) => `${file}.${key}`).toSorted(),
    );
  });

  test.each(fixtures)('$file $key becomes its event', ({ file, key, notification }) => {
    const row = EXPECTED[file]![key]!;
    const { observations, unknown } = readNotification(notification);
    expect(unknown).toEqual([]);
    if (row.type === null && row.contact === undefined) {
      expect(observations).toEqual([]);
      return;
    }
    expect(observations).toHaveLength(1);
    const { event, timestampMs, contact } = observations[0]!;
    expect(event).toEqual(row.type === null ? null : { type: row.type, data: row.data });
    expect(timestampMs).toBe(row.at);
    if (row.contact !== undefined) expect(contact).toEqual(row.contact);
  });

  test.each(fixtures)('$file $key fits the catalogue', ({ notification }) => {
    for (const { event } of readNotification(notification).observations) {
      if (event === null || String(event.data['contact']).startsWith('<')) continue;
      expect(checkEventData(event.type, event.data)).toEqual([]);
    }
  });

  test('a repeat has the same key again, and no two fixtures share one', () => {
    const keys = fixtures.flatMap(({ file, key, notification }) => {
      const own = withId(notification, `wamid.${file}.${key}`);
      const [once, again] = [readNotification(own), readNotification(structuredClone(own))];
      expect(again).toEqual(once);
      return once.observations.map(({ repeatKey }) => repeatKey);
    });
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBeGreaterThan(30);
  });

  test('an edit, a deletion and a status never pass for the message whose id they carry', () => {
    const keys = [
      ['message', 'text'],
      ['edited_message', 'image'],
      ['deleted_message', 'revoke'],
      ['message_status', 'sent'],
      ['flow_completion', 'completion'],
      ['system', 'phone_number_change'],
    ].map(([file, key]) => only(withId(whatsappFixture(file!, key!), 'wamid.same')).repeatKey);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('a message that the business sent', () => {
  test('is one message.sent, however often status and echo tell of it', () => {
    const status = only(withId(whatsappFixture('message_status', 'sent'), 'wamid.out'));
    const echo = only(withId(whatsappFixture('outgoing_message', 'text'), 'wamid.out'));
    expect(echo.repeatKey).toBe(status.repeatKey);
    expect([status.suppressKey, echo.suppressKey]).toEqual(['wamid.out', 'wamid.out']);
  });

  test('to a group has no contact, and says which group', () => {
    const statuses = [
      { id: 'w', status: 'sent', recipient_id: 'G1', recipient_type: 'group' },
      { id: 'w', status: 'sent', recipient_id: 'G1', recipient_type: 'group' },
    ];
    const { observations } = readNotification(notificationOf({ statuses }));
    expect(observations[0]?.event?.data).toEqual({
      contact: null,
      status: 'sent',
      messageId: 'w',
      groupId: 'G1',
    });
    expect(observations[0]?.contact).toBeNull();
    expect(observations[1]?.repeatKey).toBe(observations[0]?.repeatKey);
  });

  test('an edit echoed under the id of the original is still told, and not suppressed', () => {
    const edit = { type: 'edit', edit: { original_message_id: 'w', message: { type: 'text' } } };
    const echo = only(
      notificationOf({ message_echoes: [{ id: 'w', to: '1', ...edit }] }, 'smb_message_echoes'),
    );
    const status = only(notificationOf({ statuses: [{ id: 'w', status: 'sent' }] }));
    expect(echo.repeatKey).not.toBe(status.repeatKey);
    expect(echo.suppressKey).toBeNull();
  });
});

describe('the contact', () => {
  const text = { id: 'w', type: 'text', text: { body: 'hi' } };

  test('is digits: a plus and spaces are stripped, anything else passes as it came', () => {
    const of = (from: unknown) =>
      only(notificationOf({ messages: [{ ...text, from }] })).event?.data['contact'];
    expect(of('+91 98765 43210')).toBe('919876543210');
    expect(of(919876543210)).toBe('919876543210');
    expect(of('91-98')).toBe('91-98');
    expect(of({})).toBeNull();
  });

  test('is null for a user who hides the number, and userId says who it is', () => {
    const contacts = [{ profile: { username: '@jo' }, user_id: 'US.1349' }];
    const messages = [{ ...text, from_user_id: 'US.1349' }];
    const { event, contact } = only(notificationOf({ contacts, messages }));
    expect(event?.data).toMatchObject({ contact: null, userId: 'US.1349', name: '@jo' });
    expect(contact).toEqual({ waId: null, userId: 'US.1349', name: '@jo', incoming: true });
    expect(only(notificationOf({ messages: [{ ...text, from: 'US.1349' }] })).event?.data).toEqual({
      contact: null,
      userId: 'US.1349',
      body: 'hi',
      type: 'text',
      messageId: 'w',
    });
  });

  test('gets the name of their own profile when a batch holds several people', () => {
    const contacts = [
      { profile: { name: 'Ann' }, wa_id: '1' },
      { profile: { name: 'Bob' }, wa_id: '2' },
    ];
    const messages = ['2', '1', '3'].map((from) => ({ ...text, from }));
    const { observations } = readNotification(notificationOf({ contacts, messages }));
    expect(observations.map(({ event }) => event?.data['name'])).toEqual(['Bob', 'Ann', undefined]);
  });

  test("is not borrowed from another person's profile", () => {
    const contacts = [{ profile: { name: 'Ann' }, wa_id: '1' }];
    const messages = ['1', '3'].map((from) => ({ ...text, from }));
    const { observations } = readNotification(notificationOf({ contacts, messages }));
    expect(observations.map(({ event }) => event?.data['name'])).toEqual(['Ann', undefined]);
  });

  test('is made by a message only, and passed on but not remembered when unfit to be kept', () => {
    const incoming = ['message.text', 'message_status.sent', 'outgoing_message.text'].map(
      (name) => {
        const [file, key] = name.split('.');
        return only(whatsappFixture(file!, key!)).contact?.incoming;
      },
    );
    expect(incoming).toEqual([true, false, false]);
    const long = only(notificationOf({ messages: [{ ...text, from: '9'.repeat(500) }] }));
    expect(long.contact).toBeNull();
    expect(long.event?.data['contact']).toBe('9'.repeat(500));
    expect(only(notificationOf({ messages: [{ ...text, from: '1\u0000' }] })).contact).toBeNull();
  });
});

describe('the time of an event', () => {
  test.each([
    ['1697043223', 1697043223000],
    [1697043223, 1697043223000],
    [1697043223.5, 1697043223500],
    ['soon', null],
    ['', null],
    [-5, null],
    [1e300, null],
    [null, null],
  ])('%j is %j', (timestamp, expected) => {
    const messages = [{ id: 'w', type: 'text', timestamp }];
    expect(only(notificationOf({ messages })).timestampMs).toBe(expected);
  });
});

describe('what is unknown to us', () => {
  test('a message type is published with its content and noted', () => {
    const messages = [{ id: 'w', from: '1', type: 'poll', poll: { question: '?' } }];
    const reading = readNotification(notificationOf({ messages }));
    expect(reading.observations[0]?.event?.data).toEqual({
      contact: '1',
      body: '[poll]',
      type: 'poll',
      messageId: 'w',
      content: { question: '?' },
    });
    expect(reading.unknown).toEqual([{ kind: 'poll', why: 'published as message.received' }]);
  });

  test('a type that names something of JavaScript is only a name', () => {
    for (const type of ['__proto__', 'constructor', 'toString']) {
      const { event } = only(notificationOf({ messages: [{ id: 'w', type }] }));
      expect(event?.data).toMatchObject({ type, body: `[${type}]` });
      expect(event?.data).not.toHaveProperty('content');
    }
  });

  test.each([
    [notificationOf({ event: 'APPROVED' }, 'message_template_status_update')],
    [notificationOf({ statuses: [{ id: 'w', status: 'accepted' }] })],
    [notificationOf({ messages: 'none' })],
    [notificationOf({ messages: ['text'] })],
    [{ object: 'page', entry: [] }],
    [{ object: 'whatsapp_business_account' }],
    [null],
    [[]],
  ])('%j gives no event and a note', (notification) => {
    const { observations, unknown } = readNotification(notification);
    expect(observations).toEqual([]);
    expect(unknown).toHaveLength(1);
  });

  test('a system message of another kind is told, but makes no contact', () => {
    const messages = [{ id: 'w', from: '1', type: 'system', system: { type: 'x', body: 'X' } }];
    const { observations, unknown } = readNotification(notificationOf({ messages }));
    expect(observations[0]?.event).toMatchObject({ data: { type: 'system', body: 'X' } });
    expect(observations[0]?.contact?.incoming).toBe(false);
    expect(unknown).toHaveLength(1);
  });
});

describe('details', () => {
  test('a message without an id is recognised by what it says', () => {
    const key = (body: string) =>
      only(notificationOf({ messages: [{ from: '1', type: 'text', text: { body } }] })).repeatKey;
    expect(key('a')).toBe(key('a'));
    expect(key('a')).not.toBe(key('b'));
  });

  test("a flow's answer keeps its digits, and reaches the receiver even when it is not JSON", () => {
    const session = (response_json: unknown) => {
      const interactive = { type: 'nfm_reply', nfm_reply: { response_json } };
      const messages = [{ id: 'w', from: '1', type: 'interactive', interactive }];
      const { event } = only(notificationOf({ messages }));
      expect(event?.type).toBe('flow.completed');
      return event?.data['session'];
    };
    expect(session('{"id":12345678901234567890}')).toEqual({ id: '12345678901234567890' });
    expect(session('{oops')).toEqual({ response_json: '{oops' });
    expect(session({ a: 1 })).toEqual({ a: 1 });
    expect(session(null)).toEqual({});
  });

  test('a change of user id names the old and the new one', () => {
    const system = { type: 'user_changed_user_id', previous_user_id: 'US.1', user_id: 'US.2' };
    const { event, contact } = only(
      notificationOf({ messages: [{ id: 'w', type: 'system', system }] }),
    );
    expect(event).toBeNull();
    expect(contact).toMatchObject({ waId: null, userId: 'US.2', previousUserId: 'US.1' });
  });

  test('an event too large for a receiver is cut as little as needed, and says where', () => {
    const items = Array.from({ length: 20_000 }, () => ({ quantity: 1 }));
    const value = {
      messages: [
        { id: 'w', from: '1', type: 'text', text: { body: '€'.repeat(60_000) } },
        { id: 'v', from: '1', type: 'order', order: { product_items: items } },
        {
          id: 'u',
          from: '\0'.repeat(99_000),
          type: '\0'.repeat(99_000),
          context: { id: '\0'.repeat(99_000) },
        },
      ],
    };
    const sizes = readNotification(notificationOf(value)).observations.map(({ event }) => ({
      bytes: Buffer.byteLength(JSON.stringify(event?.data)),
      truncated: event?.data['truncated'],
    }));
    for (const { bytes } of sizes) expect(bytes).toBeLessThanOrEqual(95 * 1024);
    expect(sizes[0]).toMatchObject({ truncated: ['body'] });
    expect(sizes[0]?.bytes).toBeGreaterThan(90 * 1024);
    expect(sizes[1]?.truncated).toContain('order');
  });
});
