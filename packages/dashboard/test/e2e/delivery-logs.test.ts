import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Receiver, startReceiver } from '../../../server/test/kit/receivers.ts';
import { useBrowser } from './kit/browser.ts';
import { ADMIN, useProduct } from './kit/product.ts';

const LOGS = '/settings/webhooks/logs';

const product = useProduct({ RETRY_SCHEDULE: '1' });
const browser = useBrowser(product);

async function countOf(filter: string): Promise<number> {
  const path = `GET /v1/deliveries?${filter}`;
  return (await product.current.call<{ data: unknown[] }>(path)).data.length;
}

let good: Receiver;
let broken: Receiver;
beforeAll(async () => {
  good = await startReceiver();
  broken = await startReceiver((_request, response) => {
    response.statusCode = 500;
    response.end('<script>document.title = "owned"</script>');
  });
  const { current } = product;
  await current.createWebhook('n8n', good.origin, 'message.received', 'lead.captured');
  await current.createWebhook('CRM bridge', broken.origin, 'contact.updated');
  await current.publish('message.received', { contact: '919876543210', body: 'Hello' });
  await current.publish('lead.captured', { name: 'John Doe' });
  await current.publish('contact.updated', { name: '<img src=x onerror="document.title=1">' });
  await current.publish('campaign.sent', { name: 'Spring' });
  await vi.waitFor(async () => expect(await countOf('status=failed')).toBe(1), 15_000);
});
afterAll(async () => {
  await good.close();
  await broken.close();
});

describe('Viewing Delivery Logs', () => {
  test('see delivery status, response codes and timing', async () => {
    const page = await browser.openAs(ADMIN);
    await page.goto('/settings/webhooks');
    await page.getByRole('link', { name: 'Delivery Logs' }).click();
    const rows = page.getByRole('table', { name: 'Deliveries' }).getByRole('row');
    await page.getByRole('row', { name: /Success lead\.captured n8n 200 \d+ ms 1 / }).waitFor();
    await page
      .getByRole('row', { name: /Failed contact\.updated CRM bridge 500 \d+ ms 2 / })
      .waitFor();
    expect(await rows.count()).toBe(4);
  });

  test('filter by event type or status; the address bar carries both and can be shared', async () => {
    const page = await browser.openAs(ADMIN);
    await page.goto(LOGS);
    const rows = page.getByRole('table', { name: 'Deliveries' }).getByRole('row');
    const status = page.getByRole('radiogroup', { name: 'Status' });
    await status.getByText('Success').click();
    await expect.poll(() => rows.count()).toBe(3);
    await page.getByRole('combobox', { name: 'Event type' }).click();
    await page.getByRole('option', { name: 'lead.captured' }).click();
    await expect.poll(() => rows.count()).toBe(2);
    const { searchParams } = new URL(page.url());
    expect(Object.fromEntries(searchParams)).toEqual({ status: 'success', event: 'lead.captured' });

    const colleague = await browser.openAs(ADMIN);
    await colleague.goto(page.url());
    await colleague.getByRole('row', { name: /lead\.captured/ }).waitFor();
    const shared = colleague.getByRole('table', { name: 'Deliveries' }).getByRole('row');
    expect(await shared.count()).toBe(2);
    await colleague.getByRole('button', { name: 'Clear' }).click();
    await expect.poll(() => shared.count()).toBe(4);
    expect(new URL(colleague.url()).search).toBe('');
  });

  test('new deliveries appear without reload, unless it is paused', async () => {
    const page = await browser.openAs(ADMIN);
    await page.goto(`${LOGS}?event=message.received`);
    const rows = page.getByRole('row', { name: /message\.received/ });
    await expect.poll(() => rows.count()).toBe(1);
    await product.current.publish('message.received', { body: 'Are you there?' });
    await expect.poll(() => rows.count(), { timeout: 8_000 }).toBe(2);

    await page.getByRole('button', { name: 'Pause' }).click();
    await product.current.publish('message.received', { body: 'Still?' });
    await expect.poll(() => countOf('event=message.received')).toBe(3);
    // Longer than a live log waits between two looks.
    await page.waitForTimeout(2_500);
    expect(await rows.count()).toBe(2);
    await page.getByRole('button', { name: 'Resume' }).click();
    await expect.poll(() => rows.count(), { timeout: 8_000 }).toBe(3);
  });

  test('debug a failed delivery: payload, headers, every attempt; text from receivers and customers is shown as text only', async () => {
    const page = await browser.openAs(ADMIN);
    await page.goto(`${LOGS}?status=failed`);
    await page.getByRole('link', { name: 'contact.updated' }).click();
    const detail = page.getByRole('dialog');
    await detail.getByText('Attempt 1', { exact: true }).waitFor();
    await detail.getByText('Attempt 2', { exact: true }).waitFor();
    await detail
      .getByText(/check your server logs/i)
      .first()
      .waitFor();
    await detail.getByLabel('Payload', { exact: true }).getByText('onerror').waitFor();
    await detail.getByText('<script>document.title').last().waitFor();
    expect(await page.title()).not.toMatch(/owned|^1$/);
    await detail.getByText('SydxAI-Webhook/1.0').waitFor();
    const id = new URL(page.url()).searchParams.get('delivery');
    expect(id).toMatch(/^dlv_/);
    await page.reload();
    await detail.getByText('Attempt 2', { exact: true }).waitFor();
  });

  test('copy as curl takes the secret from the environment, and sends what was sent', async () => {
    const page = await browser.openAs(ADMIN);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto(`${LOGS}?event=lead.captured`);
    await page.getByRole('link', { name: 'lead.captured' }).click();
    await page.getByRole('button', { name: 'Copy as curl' }).click();
    const command = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(command).toContain('WEBHOOK_SECRET');
    expect(command).toContain(good.origin);
    expect(command).toContain('"data":{"name":"John Doe",');
    expect(command).not.toMatch(/whsec_[0-9a-f]{8}/);
  });

  test('Redeliver makes a new delivery and opens it', async () => {
    const page = await browser.openAs(ADMIN);
    await page.goto(`${LOGS}?event=lead.captured`);
    await page.getByRole('link', { name: 'lead.captured' }).click();
    const before = good.requests.length;
    const first = new URL(page.url()).searchParams.get('delivery');
    await page.getByRole('dialog').getByRole('button', { name: 'Redeliver' }).click();
    await expect.poll(() => good.requests.length).toBe(before + 1);
    await expect.poll(() => new URL(page.url()).searchParams.get('delivery')).not.toBe(first);
    const [again, original] = [good.requests.at(-1), good.requests[1]];
    expect(again!.headers['webhook-id']).toBe(original!.headers['webhook-id']);
    expect(again!.body).toEqual(original!.body);
  });

  test('“test.ping works but real events don’t”: events that matched no webhook are seen, and why', async () => {
    const page = await browser.openAs(ADMIN);
    await page.goto(LOGS);
    await page.getByRole('button', { name: 'Events without a webhook' }).click();
    const list = page.getByRole('list', { name: 'Events without a webhook' });
    await list.getByText('campaign.sent', { exact: true }).click();
    await list.getByText('No enabled webhook has campaign.sent selected').waitFor();
    await page.getByText('check that the correct events are selected').waitFor();
  });

  test('what failed is replayed at once: counted before, followed after', async () => {
    const page = await browser.openAs(ADMIN);
    await page.goto(`${LOGS}?status=failed`);
    await page.getByRole('button', { name: 'Replay…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Webhook' }).click();
    await page.getByRole('option', { name: 'CRM bridge' }).click();
    await dialog
      .getByText(/1 event/)
      .first()
      .waitFor();
    const before = broken.requests.length;
    await dialog.getByRole('button', { name: /^Replay/ }).click();
    await page.getByText('1 event sent again').waitFor();
    await expect.poll(() => broken.requests.length).toBeGreaterThan(before);
  });
});

describe('Overview', () => {
  test('a failing webhook leads to its filtered log', async () => {
    const page = await browser.openAs(ADMIN);
    await page.goto('/settings/webhooks/overview');
    await page
      .getByRole('link', { name: /CRM bridge/ })
      .first()
      .click();
    await expect.poll(() => page.url()).toContain('webhook=whk_');
    await page
      .getByRole('row', { name: /contact\.updated CRM bridge/ })
      .first()
      .waitFor();
  });
});
