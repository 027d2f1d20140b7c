import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Webhook } from '@sydx/contract';
import { type Receiver, startReceiver } from '../../../server/test/kit/receivers.ts';
import { useBrowser } from './kit/browser.ts';
import { ADMIN, useProduct } from './kit/product.ts';

/** Every ten seconds somebody looks; every 15 the page asks. */
const PATIENCE_MS = 40_000;

const product = useProduct({ RETRY_SCHEDULE: '1' });
const browser = useBrowser(product);
let receiver: Receiver;
let status = 500;
beforeAll(async () => {
  receiver = await startReceiver((_request, response) => {
    response.statusCode = status;
    response.end();
  });
});
afterAll(() => receiver.close());

test('When a webhook keeps failing its admin sees it, with the last error and its failed deliveries, until it recovers', {
  timeout: 2 * PATIENCE_MS + 20_000,
}, async () => {
  const { current } = product;
  const { id } = await current.createWebhook('CRM bridge', receiver.origin, 'lead.captured');
  for (let n = 0; n < 3; n += 1) await current.publish('lead.captured');
  const isFailing = async () =>
    (await current.call<Webhook>(`GET /v1/webhooks/${id}`)).failingSince !== null;
  await expect.poll(isFailing, { timeout: PATIENCE_MS }).toBe(true);

  const page = await browser.openAs(ADMIN);
  await page.goto('/settings/webhooks/overview');
  await page.getByText('1 webhook keeps failing').waitFor();
  await page.getByRole('link', { name: 'CRM bridge' }).first().click();
  await page.getByText('This webhook keeps failing').waitFor();
  await page.goto('/settings/webhooks');
  const row = page.getByRole('listitem', { name: 'CRM bridge' });
  await row.getByText('Failing', { exact: true }).waitFor();
  await row.getByText('Last: 500 · Server error. Check your server logs.').waitFor();
  await row.getByRole('link', { name: 'See its failed deliveries' }).click();
  await expect.poll(() => page.getByRole('link', { name: 'lead.captured' }).count()).toBe(3);

  await page.goto('/settings/webhooks');
  await row.getByText('Failing', { exact: true }).waitFor();
  status = 200;
  await current.publish('lead.captured');
  await row
    .getByText('Failing', { exact: true })
    .waitFor({ state: 'detached', timeout: PATIENCE_MS });
  expect(await isFailing()).toBe(false);
});

test('a webhook can be told when others fail and recover', async () => {
  const page = await browser.openAs(ADMIN);
  await page.goto('/settings/webhooks');
  await page.getByRole('button', { name: 'Create Webhook' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Pager');
  await dialog.getByRole('textbox', { name: 'URL' }).fill(`${receiver.origin}/pager`);
  await dialog.getByRole('checkbox', { name: /^webhook\.failing/ }).check();
  await dialog.getByRole('checkbox', { name: /^webhook\.recovered/ }).check();
  await dialog.getByRole('button', { name: 'Create' }).click();
  await dialog.getByRole('group', { name: 'Webhook secret' }).waitFor();
  const { data } = await product.current.call<{ data: Webhook[] }>('GET /v1/webhooks');
  expect(data.find(({ name }) => name === 'Pager')?.events).toEqual([
    'webhook.failing',
    'webhook.recovered',
  ]);
});
