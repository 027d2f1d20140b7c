import type { CreatedInbox, Delivery, InboxRequestPage, Webhook } from '@sydx/contract';
import type { Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { useBrowser } from './kit/browser.ts';
import { ADMIN, useProduct } from './kit/product.ts';

const product = useProduct({ RETRY_SCHEDULE: '1,600' });
const browser = useBrowser(product);

/** A machine under load delivers late; a person would see the same. */
const LATE = { timeout: 30_000 };

afterEach(async () => {
  const { data } = await product.current.call<{ data: { id: string }[] }>('GET /v1/inboxes');
  for (const { id } of data) await product.current.call(`DELETE /v1/inboxes/${id}`);
});

async function makeInbox(body: object = {}): Promise<CreatedInbox> {
  return product.current.call('POST /v1/inboxes', {
    webhook: { events: ['lead.captured'] },
    ...body,
  });
}

const request = (page: Page, name: RegExp | string) =>
  page.getByRole('list', { name: 'Requests' }).getByRole('listitem', { name });

async function send(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Send test event' }).click();
}

describe('Who has no tool at all', () => {
  test('sees a delivery two clicks after signing in', async () => {
    const page = await browser.openAs(ADMIN);
    await page.goto('/settings/webhooks');
    await page.getByRole('button', { name: 'Try it without a tool' }).click();
    await page.getByText('Waiting for the first request').waitFor();
    await send(page);

    const arrived = request(page, /test\.ping/);
    await arrived.getByText('Signatures valid').waitFor(LATE);
    await arrived.getByText('X-Sydx-Signature: valid').waitFor();
    await arrived.getByText('Standard Webhooks: valid').waitFor();
    await arrived.getByText('"This is a test event from Sydx AI."').waitFor();
    await arrived.getByText('SydxAI-Webhook/1.0').waitFor();
    await page.getByText(/^Success: 200 after/).waitFor(LATE);

    await arrived.getByRole('link', { name: 'Its delivery in Delivery Logs' }).click();
    await page.getByRole('dialog').getByText('test.ping').first().waitFor();
    const { data } = await product.current.call<{ data: Webhook[] }>('GET /v1/webhooks');
    expect(data).toMatchObject([{ name: 'Try-it inbox', enabled: true }]);
    expect(data[0]?.events).toContain('message.received');
  });

  test('comes from the dialog that asks for a URL, with what was filled in there', async () => {
    const page = await browser.openAs(ADMIN);
    await page.goto('/settings/webhooks');
    await page.getByRole('button', { name: 'Create Webhook' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Leads, tried');
    await dialog.getByRole('checkbox', { name: 'lead.captured' }).check();
    await dialog.getByRole('button', { name: 'Use an inbox' }).click();
    await page.getByRole('link', { name: 'Leads, tried' }).waitFor();
    await page.getByText('sends 1 type of event here').waitFor();
  });

  test('does it by the keyboard alone', async () => {
    const page = await browser.openAs(ADMIN);
    await page.goto('/settings/inbox');
    await page.getByRole('button', { name: 'Get an inbox' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Waiting for the first request').waitFor();
    await page.getByRole('button', { name: 'Send test event' }).focus();
    await page.keyboard.press('Enter');
    const summary = request(page, /test\.ping/).locator('summary');
    await summary.waitFor(LATE);
    await page.getByText('SydxAI-Webhook/1.0').waitFor();
    await summary.focus();
    await page.keyboard.press('Space');
    await page.getByText('SydxAI-Webhook/1.0').waitFor({ state: 'detached' });
  });
});

test('The answer is set, its consequence said, and what it causes arrives', async () => {
  const { id, webhook } = await makeInbox();
  const page = await browser.openAs(ADMIN);
  await page.goto(`/settings/inbox?inbox=${id}`);
  const answerWith = async (name: string) => {
    await page.getByRole('combobox', { name: 'Answer with' }).click();
    await page.getByRole('option', { name, exact: true }).click();
  };
  await answerWith('500 Internal Server Error');
  await page.getByText('The attempt fails. An event is sent again').waitFor();
  await send(page);
  await page.getByText(/^Failed: 500 after/).waitFor(LATE);

  await page.getByRole('combobox', { name: 'Event' }).click();
  await page.getByRole('option', { name: 'lead.captured' }).click();
  await page.getByText('No other webhook selected it.').waitFor();
  await page.getByRole('button', { name: 'Send sample' }).click();
  // A retry, which only a real event has.
  await page.getByText('attempt 2').waitFor(LATE);
  await answerWith('410 Gone');
  await page.getByText('Only a webhook that n8n, Zapier or Make created').waitFor();
  const path = `GET /v1/deliveries?webhookId=${webhook?.id}&event=lead.captured`;
  await expect
    .poll(async () => (await product.current.call<{ data: Delivery[] }>(path)).data)
    .toMatchObject([{ status: 'pending', attemptCount: 2, statusCode: 500 }]);
});

test('A sample that would reach other webhooks asks first, and names them', async () => {
  const { id } = await makeInbox();
  const other = await makeInbox({ webhook: { name: 'Real CRM', events: ['lead.captured'] } });
  const page = await browser.openAs(ADMIN);
  await page.goto(`/settings/inbox?inbox=${id}`);
  await page.getByRole('combobox', { name: 'Event' }).click();
  await page.getByRole('option', { name: 'lead.captured' }).click();
  await page.getByText('It also goes to Real CRM.').waitFor();
  await page.getByRole('button', { name: 'Send sample' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Real CRM').waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  const before = await product.current.call<InboxRequestPage>(
    `GET /v1/inboxes/${other.id}/requests`,
  );
  expect(before.data).toEqual([]);
  await page.getByRole('button', { name: 'Send sample' }).click();
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  await request(page, /lead\.captured/).waitFor(LATE);
});

test('What strangers send is text, whatever it pretends to be', async () => {
  const { id, url } = await makeInbox();
  const page = await browser.openAs(ADMIN);
  page.on('dialog', () => {
    throw new Error('What a stranger sent ran in the dashboard.');
  });
  await page.goto(`/settings/inbox?inbox=${id}`);
  await page.getByText('Waiting for the first request').waitFor();
  await fetch(`${url}?q=<img src=x onerror=alert(1)>`, {
    method: 'PUT',
    headers: {
      'content-type': 'text/html',
      'x-sydx-event': '<b>bold</b>',
      'x-sydx-delivery': 'dlv_/../../evil',
      'x-sydx-signature': '0'.repeat(64),
    },
    body: '<script>alert(1)</script>\u202Egnp.exe',
  });
  const row = request(page, /<b>bold<\/b>/);
  await row.getByText('Signature wrong').waitFor(LATE);
  await row.getByText('X-Sydx-Signature: wrong').waitFor();
  await row.getByText('Standard Webhooks: missing').waitFor();
  await row.getByText('<script>alert(1)</script>‹U+202E›gnp.exe').waitFor();
  expect(await row.getByRole('link').count()).toBe(0);

  await fetch(url, { method: 'POST', body: new Uint8Array([0xff, 0xfe, 0]) });
  await page.getByText('//4A', { exact: true }).waitFor(LATE);
});

test('While the server is away the page says so, and goes on where it was', async () => {
  const { id, webhook } = await makeInbox();
  const page = await browser.openAs(ADMIN);
  await page.goto(`/settings/inbox?inbox=${id}`);
  await send(page);
  await request(page, /Request 1/).waitFor(LATE);
  await page.route('**/v1/**', (route) => route.abort());
  await page.getByText('Disconnected, reconnecting…').waitFor();
  await page.getByText('The server does not answer').waitFor();
  await product.current.call(`POST /v1/webhooks/${webhook?.id}/test`);
  await page.unroute('**/v1/**');
  await request(page, /Request 2/).waitFor(LATE);
  await page.getByText('Live', { exact: true }).waitFor();
  await request(page, /Request 1/).waitFor();
});

test('Of more than it keeps, the last ones are shown, and it says so', async () => {
  const { id, url } = await makeInbox();
  for (let sent = 0; sent < 105; sent += 1) await fetch(url, { method: 'POST', body: `${sent}` });
  const page = await browser.openAs(ADMIN);
  await page.goto(`/settings/inbox?inbox=${id}`);
  await page.getByText('The last 100 of 105 requests; the last 100 are kept').waitFor();
  await request(page, /Request 105/).waitFor();
  expect(await request(page, /Request 5:/).count()).toBe(0);
});

test('Deleting asks, takes the webhook along, and a page that still shows it says that it is gone', async () => {
  const { id } = await makeInbox();
  const [page, watching] = [await browser.openAs(ADMIN), await browser.openAs(ADMIN)];
  for (const one of [page, watching]) {
    await one.goto(`/settings/inbox?inbox=${id}`);
    await one.getByText('Waiting for the first request').waitFor();
  }
  await page.goto('/settings/webhooks');
  await page.getByRole('link', { name: 'Open its inbox' }).click();
  await page.getByText('expires in 24 hr').waitFor();
  await page.getByRole('button', { name: 'Delete inbox' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('The webhook that came with it is deleted').waitFor();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('No inbox yet').waitFor();
  await watching.getByText('This inbox is gone').waitFor();
  const { data } = await product.current.call<{ data: Webhook[] }>('GET /v1/webhooks');
  expect(data).toEqual([]);
});

test('An account with as many inboxes as it may have is told so', async () => {
  for (let made = 0; made < 10; made += 1) await makeInbox({ webhook: undefined });
  const page = await browser.openAs(ADMIN);
  await page.goto('/settings/inbox');
  const another = page.getByRole('button', { name: 'New inbox' });
  expect(await another.getAttribute('aria-disabled')).toBe('true');
  await another.hover();
  await page.getByText('as many as it may have').waitFor();
});

test('A portal has inboxes as well, and publishes nothing', async () => {
  const { url } = await product.current.call<{ url: string }>('POST /v1/portal-links');
  const page = await browser.openAs(null);
  await page.goto(url);
  await page.getByRole('link', { name: 'Try-it inbox' }).click();
  await page.getByRole('button', { name: 'Get an inbox' }).click();
  await send(page);
  await request(page, /test\.ping/)
    .getByText('Signatures valid')
    .waitFor(LATE);
  await page.getByRole('combobox', { name: 'Event' }).click();
  expect(await page.getByRole('option').allInnerTexts()).toEqual(['test.ping']);
});
