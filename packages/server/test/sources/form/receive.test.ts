import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SourcesApi, StoredEvent } from '../whatsapp/setup.ts';
import {
  json,
  makeForm,
  multipart,
  NAVIGATION,
  post,
  SITE,
  startForms,
  type TestForm,
  urlencoded,
} from './setup.ts';

let api: SourcesApi;
beforeAll(async () => {
  api = await startForms();
});
afterAll(async () => {
  await api.close();
});

const FIELDS = {
  full_name: 'Priya Sharma',
  tel: '+91 98123 45678',
  mail: 'priya.sharma@example.com',
  utm_campaign: 'Diwali Offer',
  message: 'Call me, please.\r\nAfter six.',
};

const LEAD = {
  name: 'Priya Sharma',
  phone: '919812345678',
  email: 'priya.sharma@example.com',
  source: 'web_form',
  campaign: 'Diwali Offer',
  form: 'Contact form',
  answers: { message: 'Call me, please.\r\nAfter six.' },
};

async function onlyEvent(form: TestForm): Promise<StoredEvent> {
  const events = await api.eventsOf(form.tenantNo);
  expect(events).toHaveLength(1);
  return events[0]!;
}

describe('a form', () => {
  test.each([
    ['urlencoded', urlencoded(FIELDS)],
    ['multipart', multipart(Object.entries(FIELDS).map(([n, v]) => [`name="${n}"`, v]))],
    ['JSON', json(FIELDS)],
  ])('posted as %s becomes lead.captured', async (_how, posting) => {
    const form = await makeForm(api);
    const answer = await post(api, form, posting);
    expect(answer).toMatchObject({ status: 200, body: { received: true } });
    const { type, data } = await onlyEvent(form);
    expect(type).toBe('lead.captured');
    expect(data).toEqual(LEAD);
    expect(Object.keys(data)).toEqual(Object.keys(LEAD));
  });

  test('reaches a webhook that is subscribed to lead.captured', async () => {
    const form = await makeForm(api);
    const made = await api.call('POST', '/v1/webhooks', {
      key: form.key,
      body: { name: 'CRM', url: 'http://127.0.0.1:9/', events: ['lead.captured'] },
    });
    expect(made.status).toBe(201);
    await post(api, form, urlencoded(FIELDS));
    const log = await api.call('GET', '/v1/deliveries', { key: form.key });
    expect(log.body.data).toMatchObject([{ event: 'lead.captured', webhookId: made.body.id }]);
  });

  test('tells the page, the referrer and more than one value of a field', async () => {
    const form = await makeForm(api);
    const raw =
      'mail=a%40b.example&topic=Price&topic=Demo&_page=https%3A%2F%2Fwww.example.com%2Fask%3Fx%3D1' +
      '&_referrer=https%3A%2F%2Fsearch.example%2F&_charset_=UTF-8';
    await post(api, form, { ...urlencoded({}), raw });
    expect((await onlyEvent(form)).data).toEqual({
      email: 'a@b.example',
      source: 'web_form',
      form: 'Contact form',
      page: 'https://www.example.com/ask?x=1',
      referrer: 'https://search.example/',
      answers: { topic: ['Price', 'Demo'] },
    });
  });

  test('without a hidden field tells the page that the browser names, and no other address', async () => {
    const form = await makeForm(api);
    const headers = { referer: `${SITE}/` };
    await post(api, form, {
      ...urlencoded({ mail: 'x', _referrer: 'javascript:alert(1)' }),
      headers,
    });
    expect((await onlyEvent(form)).data).toEqual({
      email: 'x',
      source: 'web_form',
      form: 'Contact form',
      page: `${SITE}/`,
      answers: {},
    });
  });

  test.each([
    ['+49 (30) 123-45.67 / 8', '493012345678'],
    ['４９ 30 1', '49301'],
    ['0049–30–1', '0049301'],
    ['+49 30 ext. 5', '4930ext.5'],
    ['ask my wife', 'askmywife'],
  ])('never loses a lead to a number: %s', async (typed, phone) => {
    const form = await makeForm(api);
    expect((await post(api, form, urlencoded({ tel: typed }))).status).toBe(200);
    expect((await onlyEvent(form)).data['phone']).toBe(phone);
  });

  test('whose mapping fits nothing is a lead with answers alone', async () => {
    const form = await makeForm(api);
    await post(api, form, urlencoded({ question: 'Why?' }));
    expect((await onlyEvent(form)).data['answers']).toEqual({ question: 'Why?' });
  });

  test('that is empty is refused', async () => {
    const form = await makeForm(api);
    for (const posting of [urlencoded({}), urlencoded({ mail: ' ', x: '' }), json({ a: null })]) {
      expect(await post(api, form, posting)).toMatchObject({
        status: 422,
        body: { code: 'invalid_body' },
      });
    }
    expect(await api.eventsOf(form.tenantNo)).toEqual([]);
  });

  test('that a robot filled is answered like any other, counted, and publishes nothing', async () => {
    const form = await makeForm(api, { honeypot: 'website' });
    const person = await post(api, form, urlencoded({ mail: 'a@b.example', website: '' }));
    const robot = await post(api, form, urlencoded({ mail: 'r@b.example', website: 'http://x' }));
    expect([robot.status, robot.text]).toEqual([person.status, person.text]);
    expect((await onlyEvent(form)).data).toMatchObject({ email: 'a@b.example', answers: {} });
    const metrics = (await api.call('GET', '/metrics')).text;
    expect(metrics).toMatch(/sydx_form_submissions_total\{result="robot"\} [1-9]/);
  });

  test('for a tenant without the plan is answered, and leaves a line in the log', async () => {
    const form = await makeForm(api);
    await api.database.general.query("update sydx.tenants set plan = 'basic' where no = $1", [
      form.tenantNo,
    ]);
    expect((await post(api, form, urlencoded(FIELDS))).status).toBe(200);
    expect(await api.eventsOf(form.tenantNo)).toEqual([]);
    const lines = api.logged().split('\n');
    expect(lines.some((line) => line.includes(form.id) && line.includes('plan'))).toBe(true);
  });

  test('is answered 503 while the node stops, and publishes once when it is sent again', async () => {
    const form = await makeForm(api);
    api.setStopping(true);
    expect((await post(api, form, urlencoded(FIELDS))).status).toBe(503);
    api.setStopping(false);
    expect((await post(api, form, urlencoded(FIELDS))).status).toBe(200);
    await onlyEvent(form);
  });
});

describe('a repeat of one already seen is answered without publishing again', () => {
  test('when the same answers come twice within a minute, at once or one by one', async () => {
    const form = await makeForm(api);
    const clicks = Array.from({ length: 5 }, () => post(api, form, urlencoded(FIELDS)));
    for (const answer of await Promise.all(clicks)) expect(answer.status).toBe(200);
    expect((await post(api, form, urlencoded(FIELDS))).status).toBe(200);
    await onlyEvent(form);
  });

  test('and after a minute it is another one', async () => {
    const form = await makeForm(api);
    await post(api, form, urlencoded(FIELDS));
    await api.database.general.query(
      "update sydx.idempotency_keys set expires_at = expires_at - interval '1 minute'",
    );
    await post(api, form, urlencoded(FIELDS));
    expect(await api.eventsOf(form.tenantNo)).toHaveLength(2);
  });

  test('when the page gave it an id, for a day', async () => {
    const form = await makeForm(api);
    const once = { ...FIELDS, _id: '7f9c' };
    await post(api, form, json(once));
    await api.database.general.query(
      "update sydx.idempotency_keys set expires_at = expires_at - interval '23 hours'",
    );
    await post(api, form, { ...json(once), address: '203.0.113.80' });
    expect((await onlyEvent(form)).data['answers']).not.toHaveProperty('_id');
  });

  test('but two people whom a careless page gives the same id are both leads', async () => {
    const form = await makeForm(api);
    await post(api, form, json({ mail: 'one@example.com', _id: 'static' }));
    await post(api, form, json({ mail: 'two@example.com', _id: 'static' }));
    expect(await api.eventsOf(form.tenantNo)).toHaveLength(2);
  });

  test('and two people who answer the same from two places are both leads', async () => {
    const form = await makeForm(api);
    await post(api, form, urlencoded({ vote: 'yes' }));
    await post(api, form, { ...urlencoded({ vote: 'yes' }), address: '203.0.113.81' });
    expect(await api.eventsOf(form.tenantNo)).toHaveLength(2);
  });
});

describe('the answer', () => {
  const browser = { ...urlencoded(FIELDS), accept: NAVIGATION };

  test('to a browser is a redirect where the source has one, and to a script says where', async () => {
    const redirectUrl = 'https://www.example.com/thanks?from=form';
    const form = await makeForm(api, { redirectUrl });
    const answer = await post(api, form, browser);
    expect(answer).toMatchObject({ status: 303, headers: { location: redirectUrl } });
    const script = await post(api, form, json(FIELDS));
    expect(script.body).toEqual({ received: true, redirectUrl });
  });

  test('to a browser is else a page without scripts and without what was submitted', async () => {
    const form = await makeForm(api);
    const hostile = '<script>alert(1)</script>"\u202e';
    const answer = await post(api, form, {
      ...urlencoded({ full_name: hostile, '<b>x': hostile }),
      accept: NAVIGATION,
    });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    expect(answer.text).toContain('Thank you');
    expect(answer.text).toContain(`<a href="${SITE}">Back to www.example.com</a>`);
    expect(answer.text).not.toMatch(/alert|<script|\u202e/);
  });

  test('leads back to no page that only * let in', async () => {
    const form = await makeForm(api, { allowedOrigins: ['*'] });
    const answer = await post(api, form, { ...browser, origin: 'https://strange.example' });
    expect(answer.text).toContain('Thank you');
    expect(answer.text).not.toContain('strange.example');
  });

  test('to a browser that is refused is a page in words for visitors', async () => {
    const form = await makeForm(api);
    const other = await post(api, form, { ...browser, origin: 'https://other.example' });
    expect(other.status).toBe(403);
    expect(other.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(other.text).toContain('This form is not connected');
    const visited = await api.call('GET', form.path, { headers: { accept: NAVIGATION } });
    expect(visited.status).toBe(400);
    expect(visited.text).toContain('action of the form');
    const script = await api.call('GET', form.path);
    expect(script).toMatchObject({ status: 400, body: { code: 'bad_request' } });
  });
});

test('a source says when it last received something, to the minute, robots and refusals left out', async () => {
  const form = await makeForm(api);
  const last = async (): Promise<string | null> =>
    (await api.call('GET', `/v1/sources/${form.id}`, { key: form.key })).body.lastReceivedAt;
  await post(api, form, { ...urlencoded(FIELDS), origin: 'https://other.example' });
  await post(api, form, urlencoded({ mail: 'x', _gotcha: 'y' }));
  expect(await last()).toBeNull();
  await post(api, form, urlencoded({ mail: 'a' }));
  const first = await last();
  expect(Date.parse(first!)).toBeGreaterThan(0);
  await post(api, form, urlencoded({ mail: 'b' }));
  expect(await last()).toBe(first);
  await api.database.general.query(
    "update sydx.sources set last_received_at = last_received_at - interval '2 minutes'",
  );
  await post(api, form, urlencoded({ mail: 'c' }));
  expect(Date.parse((await last())!)).toBeGreaterThanOrEqual(Date.parse(first!));
});

test('a redirectUrl of any letters leads there as browsers write it', async () => {
  const form = await makeForm(api, { redirectUrl: 'https://www.example.com/é中\u{1f600}' });
  const answer = await post(api, form, { ...urlencoded({ mail: 'a' }), accept: NAVIGATION });
  expect(answer).toMatchObject({
    status: 303,
    headers: { location: 'https://www.example.com/%C3%A9%E4%B8%AD%F0%9F%98%80' },
  });
});
