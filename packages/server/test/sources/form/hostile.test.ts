import { checkEventData, LIMITS } from '@sydx/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { throwDice } from '../../kit/dice.ts';
import type { SourcesApi } from '../whatsapp/setup.ts';
import {
  json,
  makeForm,
  multipart,
  post,
  type Posting,
  startForms,
  type TestForm,
  URLENCODED,
  urlencoded,
} from './setup.ts';

let api: SourcesApi;
let form: TestForm;
let sent = 0;
beforeAll(async () => {
  api = await startForms();
  const limits = { perMinute: 10_000, perNetworkPerMinute: 10_000 };
  form = await makeForm(api, { limits });
});
afterAll(async () => {
  await api.close();
});

/** The data of what a posting published; null when it published nothing. */
async function publish(posting: Posting): Promise<Record<string, unknown> | null> {
  const before = (await api.eventsOf(form.tenantNo)).length;
  sent += 1;
  const address = `203.0.${sent >> 8}.${sent & 255}`;
  const { status, text } = await post(api, form, { ...posting, address });
  const events = await api.eventsOf(form.tenantNo);
  expect(status, text).toBeLessThan(500);
  expect(events.length - before).toBe(status === 200 ? 1 : 0);
  const last = events.at(-1);
  if (status !== 200 || last === undefined) return null;
  expect(JSON.stringify(JSON.parse(last.body))).toBe(last.body);
  expect(Buffer.byteLength(last.body)).toBeLessThanOrEqual(LIMITS.deliveredBodyBytes);
  return last.data;
}

describe('hostile multipart', () => {
  const good = 'name="mail"\r\n\r\na@b.example\r\n';
  const typed = (type: string, raw: string): Posting => ({ type, raw });
  const BOUNDARY = 'multipart/form-data; boundary=b';
  test.each([
    ['no boundary', typed('multipart/form-data', `--b\r\n${good}--b--\r\n`)],
    ['an empty boundary', typed('multipart/form-data; boundary=', '----\r\n')],
    ['a boundary of 1,000 characters', typed(`${BOUNDARY}${'b'.repeat(1000)}`, '--b--\r\n')],
    ['no body', typed(BOUNDARY, '')],
    ['another boundary than announced', typed(BOUNDARY, '--c\r\n\r\n--c--')],
    ['a part without headers', typed(BOUNDARY, '--b\r\n\r\nx\r\n--b--\r\n')],
    [
      'a part without a name',
      typed(BOUNDARY, '--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--'),
    ],
    [
      'a body that ends in the middle',
      typed(BOUNDARY, `--b\r\nContent-Disposition: form-data; ${good}`),
    ],
    ['headers without an end', typed(BOUNDARY, `--b\r\n${'X-A: b\r\n'.repeat(5000)}`)],
    ['ten thousand boundaries', typed(BOUNDARY, '--b\r\n'.repeat(10_000))],
    [
      'bare line feeds',
      typed(BOUNDARY, '--b\nContent-Disposition: form-data; name=mail\n\nx\n--b--\n'),
    ],
    ['NUL bytes', typed(BOUNDARY, '\0'.repeat(60_000))],
    ['garbage in its parameters', typed(`${BOUNDARY}; boundary="c; x=\\`, '--b--')],
  ])('with %s is refused, or read as what it is, and the server is up', async (_what, posting) => {
    await publish(posting);
    expect(await publish(multipart([['name="mail"', `after ${sent}`]]))).toMatchObject({
      email: `after ${sent - 1}`,
    });
  });

  test('with files is refused, without a file that nobody chose it is not', async () => {
    const file = 'name="cv"; filename="cv.pdf"\r\nContent-Type: application/pdf';
    const posting = multipart([
      ['name="mail"', 'a'],
      [file, '%PDF-1.7'],
    ]);
    const refused = await post(api, form, posting);
    expect(refused).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } });
    expect(refused.body.detail).toContain('Files are not taken');
    const none = 'name="cv"; filename=""\r\nContent-Type: application/octet-stream';
    expect(
      await publish(
        multipart([
          ['name="mail"', 'b'],
          [none, ''],
        ]),
      ),
    ).toMatchObject({
      email: 'b',
      answers: {},
    });
  });

  test('cut at random and with bytes changed never answers 5xx', async () => {
    const dice = throwDice();
    console.info(`SEED=${dice.seed}`);
    const { raw, type } = multipart([
      ['name="mail"', 'a@b.example'],
      ['name="m"; filename="x"\r\nContent-Type: text/plain', 'text'],
      ['name="é\u{1f600}"', 'ü'],
    ]);
    const whole = Buffer.from(String(raw));
    for (let round = 0; round < 60; round += 1) {
      const bytes = Buffer.from(whole.subarray(0, dice.between(1, whole.length)));
      for (let n = dice.between(0, 3); n > 0; n -= 1)
        bytes[dice.between(0, bytes.length - 1)] = dice.between(0, 255);
      await publish({ raw: bytes, type });
    }
  });
});

describe('hostile fields', () => {
  test('named __proto__ and constructor are answers like any other', async () => {
    const expected = ['__proto__', 'constructor', 'toString'];
    for (const posting of [
      urlencoded({ ['__proto__']: 'a', constructor: 'b', toString: 'c' }),
      json('{"__proto__":{"polluted":1},"constructor":"b","toString":"c"}'),
      multipart(expected.map((name) => [`name="${name}"`, 'x'])),
    ]) {
      const data = await publish(posting);
      expect(Object.keys(data!['answers'] as object)).toEqual(expected);
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('named as the lead’s own stay apart from them', async () => {
    const data = await publish(urlencoded({ source: 'facebook_ad', answers: 'x', mail: 'm' }));
    expect(data).toMatchObject({ source: 'web_form', email: 'm' });
    expect(data!['answers']).toEqual({ source: 'facebook_ad', answers: 'x' });
  });

  test('with numbers that parsing changes, lone surrogates and depth lose nothing but those', async () => {
    const deep = `${'['.repeat(500)}${']'.repeat(500)}`;
    const data = await publish(
      json(`{"mail":"a\\ud800","tel":491234567890123456789,"n":1e999,"deep":${deep}}`),
    );
    expect(data).toMatchObject({ email: 'a\ufffd', phone: '491234567890123456789' });
    expect(data!['answers']).toMatchObject({ n: '1e999' });
  });

  test.each([
    [
      'bytes that are no UTF-8',
      { raw: Buffer.from('mail=%FF%FE&x=\xff', 'latin1'), type: URLENCODED },
    ],
    ['half an escape', { raw: 'mail=%&x=%4', type: URLENCODED }],
    ['no name', { raw: '=x&=y', type: URLENCODED }],
    ['a name of 60,000 characters', { raw: `${'n'.repeat(60_000)}=x`, type: URLENCODED }],
    [
      '20,000 fields',
      {
        raw: Array.from({ length: 9000 }, (_, n) => `f${n}=`)
          .join('&')
          .concat('&mail=m'),
        type: URLENCODED,
      },
    ],
    ['one field 10,000 times', { raw: 'mail=m&'.repeat(9000), type: URLENCODED }],
    ['60,000 control characters', { raw: `mail=m&x=${'\u0001'.repeat(60_000)}`, type: URLENCODED }],
    [
      'control characters in every field',
      {
        raw: Array.from(
          { length: 200 },
          (_, n) => `${n}${'\u0002'.repeat(150)}=${'\u0001'.repeat(150)}`,
        ).join('&'),
        type: URLENCODED,
      },
    ],
    ['60,000 quotes in the name', { raw: `full_name=${'"'.repeat(60_000)}`, type: URLENCODED }],
    ['NUL', { raw: 'full_name=a%00b&mail=%00&x=%00', type: URLENCODED }],
  ])('with %s are a lead that can be delivered', async (_what, posting) => {
    const data = await publish(posting);
    expect(checkEventData('lead.captured', data)).toEqual([]);
  });

  test('that do not fit are cut, and the lead says so', async () => {
    const raw = `mail=a%40b.example&short=kept&x=${'\u0001'.repeat(50_000)}`;
    const data = await publish({ raw, type: URLENCODED });
    expect(data).toMatchObject({ email: 'a@b.example', truncated: ['answers'] });
    expect(data!['answers']).toMatchObject({ short: 'kept' });
  });
});

test.each([
  ['nothing', null],
  ['text/plain', 'text/plain;charset=UTF-8'],
  ['XML', 'application/xml'],
  ['garbage', '\u00ff/;;;'],
])('a body announced as %s is refused with what to send', async (_what, type) => {
  const answer = await post(api, form, { raw: 'mail=a', type: type ?? '' });
  expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } });
  expect(answer.body.detail).toContain('multipart/form-data');
});

test.each(['', '[]', '"mail"', 'null', '{"mail":'])(
  'JSON that is no form is refused: %s',
  async (raw) => {
    const { status } = await post(api, form, json(raw));
    expect([400, 422]).toContain(status);
  },
);
