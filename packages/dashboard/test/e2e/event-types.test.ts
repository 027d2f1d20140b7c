import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Receiver, startReceiver } from '../../../server/test/kit/receivers.ts';
import { useBrowser } from './kit/browser.ts';
import { ADMIN, useProduct } from './kit/product.ts';

const product = useProduct();
const browser = useBrowser(product);
let receiver: Receiver;

beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());

const PAGE = '/settings/event-types';
const schema = { type: 'object', required: ['sku'], properties: { sku: { type: 'string' } } };

async function open(page: Page): Promise<void> {
  await page.goto(PAGE);
  await page.getByRole('list', { name: 'Built-in event types' }).waitFor();
}

async function register(type: string): Promise<void> {
  const content = { description: 'A product runs out', schema, sample: { sku: 'A-1' } };
  await product.current.call('POST /v1/event-types', { type, ...content });
}

describe('Event types', () => {
  test('one is registered in the dashboard, then appears in Create Webhook and the log, and is delivered', async () => {
    const page = await browser.openAs(ADMIN);
    await open(page);
    await page.getByText('No event types of your own').waitFor();
    await page.getByRole('button', { name: 'Register event type' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('message.received');
    await dialog.getByLabel('Description').fill('A customer pays an order');
    await dialog.getByRole('button', { name: 'Register' }).click();
    await dialog.getByText('This is built in').waitFor();
    await dialog.getByLabel('Name').fill('order.paid');

    const editor = dialog.getByLabel('JSON Schema');
    await editor.fill('{"type":"object",');
    await dialog.getByText('This is not JSON yet').waitFor();
    await editor.fill('{"properties":{"orderId":{"typ":"string"}}}');
    await dialog.getByText('/properties/orderId/typ').waitFor();
    await editor.fill('{"properties":{"orderId":{"pattern":"(a)\\\\1"}}}');
    await dialog.getByText('refers back to a group').waitFor();
    await editor.fill('{"type":"object","required":["orderId","sum"]}');
    await dialog.getByText('/sum').waitFor();
    await dialog.getByRole('button', { name: 'Register' }).click();
    await dialog.getByText('/sum').waitFor();
    await dialog.getByLabel('Sample').fill('{"orderId":"ord_1","sum":12.5}');
    await dialog.getByRole('button', { name: 'Register' }).click();
    await dialog.waitFor({ state: 'hidden' });
    const row = page.getByRole('listitem', { name: 'order.paid' });
    await row.getByText('A customer pays an order').waitFor();

    await page.goto('/settings/webhooks');
    await page.getByRole('button', { name: 'Create Webhook' }).first().click();
    await dialog.getByLabel('Name').fill('Shop');
    await dialog.getByLabel('URL').fill(receiver.origin);
    await dialog.getByText('Custom', { exact: true }).waitFor();
    await dialog.getByLabel('order.paid').check();
    await dialog.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('group', { name: 'Webhook secret' }).waitFor();

    const data = { orderId: 'ord_2', sum: 5 };
    await product.current.call('POST /v1/events', { type: 'order.paid', data });
    await page.goto('/settings/webhooks/logs?event=order.paid');
    await page.getByRole('link', { name: 'order.paid' }).waitFor();
    await page.getByText('Success').first().waitFor();
    expect(JSON.parse(receiver.requests[0]!.body.toString('utf8'))).toMatchObject({
      event: 'order.paid',
      data,
    });
  });

  test('one is changed, and deleted once no webhook subscribes to it', async () => {
    await register('stock.low');
    const webhook = await product.current.createWebhook('ERP', receiver.origin, 'stock.low');
    const page = await browser.openAs(ADMIN);
    await open(page);
    const row = page.getByRole('listitem', { name: 'stock.low' });
    const dialog = page.getByRole('dialog');
    await row.getByRole('button', { name: 'Schema' }).click();
    await dialog.getByText('"required"').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await row.getByRole('button', { name: 'Edit' }).click();
    await dialog.getByLabel('Description').fill('Few are left');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await row.getByText('Few are left').waitFor();

    await row.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByText('Subscribed to stock.low: “ERP”').waitFor();
    await product.current.call(`DELETE /v1/webhooks/${webhook.id}`);
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await row.waitFor({ state: 'detached' });
  });

  test('says when all that an account may have are there, and what went wrong', async () => {
    const { database } = product.current.app;
    await database.general.query(
      `insert into sydx.event_types (tenant_no, type, description, schema, sample)
       select no, 'full.t' || n, 'made', '{}', '{}' from sydx.tenants, generate_series(1, 100) as n`,
    );
    const page = await browser.openAs(ADMIN);
    await page.goto(PAGE);
    await page.getByText('All 100 that an account may register are there').waitFor();
    expect(await page.getByRole('button', { name: 'Register event type' }).isDisabled()).toBe(true);
    await database.general.query("delete from sydx.event_types where type like 'full.%'");
    await page.route('**/v1/event-types*', (route) => route.abort());
    await page.goto(PAGE);
    await page.getByText('The server does not answer').waitFor();
    await page.unroute('**/v1/event-types*');
    await page.getByRole('button', { name: /again|Retry/ }).click();
    await page.getByRole('list', { name: 'Built-in event types' }).waitFor();
  });
});
