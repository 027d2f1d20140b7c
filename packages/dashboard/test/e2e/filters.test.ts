import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from 'playwright-core';
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

/** Fills a condition in; the field is chosen from the list where it is one of the sample's. */
async function fill(
  at: Locator,
  [field, comparison, value]: readonly [string, string, string?],
): Promise<void> {
  await at.getByLabel('Field', { exact: true }).fill(field);
  await at.getByLabel('Comparison').click();
  await at.page().getByRole('option', { name: comparison, exact: true }).click();
  if (value !== undefined) await at.getByLabel('Value', { exact: true }).fill(value);
}

const condition = (page: Page, number: number) =>
  page.getByRole('group', { name: `Condition ${number}` });
const trial = (page: Page) => page.getByRole('region', { name: 'Tried on recent events' });

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
}

describe('Only when', () => {
  test('a webhook is created with a filter that was tried on recent events, and gets only what passes', async () => {
    await product.current.publish('lead.captured', { source: 'facebook_ad', name: 'Asha' });
    await product.current.publish('lead.captured', { source: 'web_form', name: 'Ravi' });
    const page = await browser.openAs(ADMIN);
    await page.goto('/settings/webhooks');
    await page.getByRole('button', { name: 'Create Webhook' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Ads only');
    await dialog.getByLabel('URL').fill(`${receiver.origin}/ads`);
    await dialog.getByText('Every selected event is sent.').waitFor();
    await dialog.getByRole('button', { name: 'Only some of them' }).click();
    await trial(page).getByText('Select events to try it on recent ones.').waitFor();
    await dialog.getByRole('checkbox', { name: 'lead.captured' }).check();
    await trial(page).getByText('Condition 1: enter a field').waitFor();

    // Suggested from the sample of the event.
    await condition(page, 1).getByLabel('Field', { exact: true }).click();
    await page.getByRole('option', { name: 'source', exact: true }).click();
    await condition(page, 1).getByLabel('Value', { exact: true }).fill('facebook_ad');
    await trial(page).getByText('Of the last 2 events, 1 would be sent.').waitFor();
    await trial(page).getByText('source: "web_form"').waitFor();
    await dialog.getByRole('button', { name: 'Add condition' }).click();
    await fill(condition(page, 2), ['name', 'starts with', 'B']);
    await trial(page).getByText('Of the last 2 events, 0 would be sent.').waitFor();
    await dialog.getByLabel('How conditions are joined').click();
    await page.getByRole('option', { name: 'at least one of these holds' }).click();
    await trial(page).getByText('Of the last 2 events, 1 would be sent.').waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Create', exact: true }).click();
    await dialog.getByRole('button', { name: 'Done' }).click();

    const { data } = await product.current.call<{ data: { filter: unknown; id: string }[] }>(
      'GET /v1/webhooks',
    );
    expect(data[0]?.filter).toEqual({
      any: [
        { field: 'source', equals: 'facebook_ad' },
        { field: 'name', prefix: 'B' },
      ],
    });
    await product.current.publish('lead.captured', { source: 'web_form', name: 'Ravi' });
    await product.current.publish('lead.captured', { source: 'web_form', name: 'Bela' });
    await expect.poll(() => receiver.requests.length).toBe(1);
    expect(JSON.parse(String(receiver.requests[0]?.body)).data.name).toBe('Bela');

    const row = page.getByRole('listitem', { name: 'Ads only' });
    await row.getByText('Filtered').hover();
    await page.getByText('Only when source is “facebook_ad” or name starts with “B”').waitFor();
  });

  test('is changed on the webhook’s own page, as rows, as JSON, and taken away', async () => {
    const { id } = await product.current.createWebhook('Editable', receiver.origin, 'message.sent');
    const saved = () => product.current.call<{ filter: unknown }>(`GET /v1/webhooks/${id}`);
    const page = await browser.openAs(ADMIN);
    await page.goto(`/settings/webhooks/${id}`);
    await page.getByRole('button', { name: 'Only some of them' }).click();
    await fill(condition(page, 1), ['body', 'is there']);
    await trial(page).getByText('No event of these types came in yet').waitFor();
    await page.getByRole('button', { name: /^Save/ }).click();
    await expect.poll(saved).toMatchObject({ filter: { all: [{ field: 'body', exists: true }] } });
    await page.getByText('only when body is there').waitFor();

    await page.getByRole('button', { name: 'Edit as JSON' }).click();
    const text = page.getByLabel('Filter as JSON');
    await text.fill('{"all": [{"field": "a", "matches": ".*"}]}');
    await page.getByRole('button', { name: /^Save/ }).click();
    await page.getByRole('alert').getByText('is not an operator').waitFor();
    const nested = { any: [{ all: [{ field: 'a', gt: 1 }] }, { field: 'b', exists: false }] };
    await text.fill(JSON.stringify(nested));
    expect(await page.getByRole('button', { name: 'Edit as rows' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: /^Save/ }).click();
    await expect.poll(saved).toMatchObject({ filter: nested });

    await page.reload();
    await text.waitFor();
    await page.getByRole('button', { name: 'Send every event' }).click();
    await page.getByRole('button', { name: /^Save/ }).click();
    await expect.poll(saved).toMatchObject({ filter: null });
  });

  test('a trial that cannot be made says so and is tried again', async () => {
    const { id } = await product.current.createWebhook('Away', receiver.origin, 'lead.captured');
    const page = await browser.openAs(ADMIN);
    await page.route('**/v1/filter-preview', (route) => route.abort());
    await page.goto(`/settings/webhooks/${id}`);
    await page.getByRole('button', { name: 'Only some of them' }).click();
    await fill(condition(page, 1), ['source', 'is there']);
    await trial(page).getByText('The server does not answer').waitFor();
    await page.unroute('**/v1/filter-preview');
    await trial(page).getByRole('button', { name: 'Retry' }).click();
    await trial(page).getByText('would be sent').waitFor();
  });
});
