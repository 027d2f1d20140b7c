import { AxeBuilder } from '@axe-core/playwright';
import type { CreatedWebhook } from '@sydx/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Receiver, startReceiver } from '../../../server/test/kit/receivers.ts';
import { useBrowser } from './kit/browser.ts';
import { ADMIN, useProduct } from './kit/product.ts';

const product = useProduct();
const browser = useBrowser(product);

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver((_request, response) => {
    response.statusCode = 410;
    response.end();
  });
});
afterAll(() => receiver.close());

test('an admin sees which integration made a webhook, and what its 410 Gone did', async () => {
  const webhook = await product.current.call<CreatedWebhook>('POST /v1/webhooks', {
    name: 'New leads to a sheet',
    url: `${receiver.origin}/hooks/standard/1/2`,
    events: ['lead.captured'],
    integration: 'zapier',
  });
  await product.current.createWebhook('By hand', receiver.origin, 'lead.captured');
  const page = await browser.openAs(ADMIN);
  await page.goto('/settings/webhooks');
  const row = page.getByRole('listitem', { name: 'New leads to a sheet' });
  await row.waitFor();
  const other = page.getByRole('listitem', { name: 'By hand' });
  await other.waitFor();
  expect(await other.getByText('Zapier', { exact: true }).count()).toBe(0);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);

  await row.getByText('Zapier', { exact: true }).hover();
  await page.getByText('deletes it when the Zap is turned off').waitFor();
  await row.getByRole('button', { name: 'Rotate Secret' }).click();
  await page.getByRole('dialog').getByText('Turn the Zap off and on').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await row.getByRole('link', { name: 'New leads to a sheet' }).click();
  await page.getByText('The Zapier app made this webhook').waitFor();
  await page.goto('/settings/webhooks');

  await row.getByRole('button', { name: 'Test', exact: true }).click();
  await row.getByText('So this webhook, which Zapier made, is deleted.').waitFor();
  await page.goto(`/settings/webhooks/${webhook.id}`);
  await page.getByText('There is no such webhook').waitFor();
  await page.goto('/settings/webhooks/audit');
  await page.getByText('The receiver, by answering 410 Gone').waitFor();
  await page.goto('/settings/webhooks');
  await other.waitFor();
  expect(await row.count()).toBe(0);
});
