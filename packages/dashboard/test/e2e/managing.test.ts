import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Receiver, startReceiver } from '../../../server/test/kit/receivers.ts';
import { useBrowser } from './kit/browser.ts';
import { verifyWebhookSignature } from './kit/document.ts';
import { ADMIN, useProduct } from './kit/product.ts';

const product = useProduct();
const browser = useBrowser(product);

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());

describe('Managing webhooks', () => {
  test('Rotate Secret: a new secret is generated, the old one is immediately invalidated', async () => {
    const made = await product.current.createWebhook('Rotating', receiver.origin, 'lead.captured');
    const page = await browser.openAs(ADMIN);
    await page.goto('/settings/webhooks');
    const webhook = page.getByRole('listitem', { name: 'Rotating' });
    await webhook.getByRole('button', { name: 'Rotate Secret' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('immediately invalidated').waitFor();
    await dialog.getByRole('button', { name: 'Rotate Secret' }).click();
    const field = dialog.getByRole('group', { name: 'Webhook secret' });
    const secret = await field.locator('code').innerText();
    expect(secret).toMatch(/^whsec_/);
    expect(secret).not.toBe(made.secret);
    await dialog.getByRole('button', { name: 'Done' }).click();

    await product.current.publish('lead.captured', { name: 'Ada' });
    await expect.poll(() => receiver.requests.length).toBe(1);
    const [request] = receiver.requests;
    const payload = JSON.parse(request!.body.toString());
    const signature = String(request!.headers['x-sydx-signature']);
    expect(verifyWebhookSignature(payload, signature, made.secret)).toBe(false);
    expect(verifyWebhookSignature(payload, signature, secret)).toBe(true);
    await page.reload();
    await webhook.waitFor();
    expect(await page.content()).not.toContain(secret);
  });

  test('Delete, confirm: all future event deliveries to this URL stop', async () => {
    const url = `${receiver.origin}/to-be-deleted`;
    const arrived = () => receiver.requests.filter(({ path }) => path === '/to-be-deleted').length;
    await product.current.createWebhook('Old Zap', url, 'contact.created');
    await product.current.publish('contact.created');
    await expect.poll(arrived).toBe(1);

    const page = await browser.openAs(ADMIN);
    await page.goto('/settings/webhooks');
    const webhook = page.getByRole('listitem', { name: 'Old Zap' });
    await webhook.getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('All future event deliveries to this URL will stop').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await webhook.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await webhook.waitFor({ state: 'detached' });

    const event = await product.current.publish('contact.created');
    const { data } = await product.current.call<{ data: unknown[] }>(
      `GET /v1/deliveries?eventId=${event}`,
    );
    expect(data).toEqual([]);
    expect(arrived()).toBe(1);

    // What was sent stays in the Delivery Logs.
    await page.getByRole('link', { name: 'Delivery Logs' }).click();
    await page.getByRole('row', { name: /contact\.created.*Old Zap/ }).waitFor();
  });

  test('switched off it receives nothing; switched on again it offers what was cancelled', async () => {
    const slow = await startReceiver((_request, response) => {
      response.statusCode = 503;
      response.setHeader('retry-after', '600');
      response.end();
    });
    await product.current.createWebhook('Paused', slow.origin, 'flow.completed');
    const page = await browser.openAs(ADMIN);
    await page.goto('/settings/webhooks');
    const toggle = page.getByRole('switch', { name: 'Enabled: Paused' });
    await toggle.waitFor();
    await product.current.publish('flow.completed');
    await expect.poll(() => slow.requests.length).toBe(1);
    await toggle.click({ force: true });
    await page.getByText('“Paused” is disabled').waitFor();
    await toggle.click({ force: true });
    const dialog = page.getByRole('dialog');
    await dialog.getByText('1 event').first().waitFor();
    await dialog.getByRole('button', { name: 'Replay 1 event' }).click();
    await dialog.getByText('1 event sent again').waitFor();
    await expect.poll(() => slow.requests.length).toBe(2);
    await slow.close();
  });

  test('a webhook is edited on its own page', async () => {
    const { id } = await product.current.createWebhook('Editable', receiver.origin, 'message.sent');
    const page = await browser.openAs(ADMIN);
    await page.goto(`/settings/webhooks/${id}`);
    await page.getByLabel('Name').fill('Edited');
    await page.getByRole('checkbox', { name: 'message.received' }).check();
    await page.getByRole('button', { name: /^Save/ }).click();
    await expect
      .poll(() => product.current.call(`GET /v1/webhooks/${id}`))
      .toMatchObject({ name: 'Edited', events: ['message.received', 'message.sent'] });
  });
});
