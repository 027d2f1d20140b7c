import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { tokenOf } from '../../../server/test/kit/people.ts';
import { makeRejected } from '../../../server/test/kit/rejected.ts';
import { useBrowser } from './kit/browser.ts';
import { ADMIN, useProduct } from './kit/product.ts';

const product = useProduct();
const browser = useBrowser(product);

const PAGE = '/settings/webhooks/rejected';
const GOOD = { name: 'Priya', source: 'web_form' };
const BAD = { name: 'Priya' };

const reject = async (data: object, type = 'lead.captured', tenant = 'acme') =>
  makeRejected(product.current.app.database, { tenant, type, data });

const rowsOf = (page: Page) =>
  page.getByRole('list', { name: 'Rejected events' }).locator(':scope > li');

async function openRow(page: Page, words: string) {
  const row = rowsOf(page).filter({ hasText: words });
  await row.locator('summary').click();
  await row.getByRole('button', { name: 'Publish again' }).waitFor();
  return row;
}

beforeAll(async () => {
  await product.current.addPerson('agent@example.com', 'agent');
});
beforeEach(async () => {
  await product.current.app.database.general.query('truncate sydx.outbox_rejected');
});

test('what is rejected is shown to people: newest first, with the reason, the key and the data as text only', async () => {
  const attack = `<img src=x onerror="document.title='hit'"> <b>bold</b>`;
  await reject(BAD, 'lead.captured', 'somebody-elses');
  await reject(BAD);
  const wrong = { pointer: '/data/name', detail: `${attack} is bad` };
  await reject({ ...GOOD, name: attack, big: 1.5 }, 'lead.lost');
  await product.current.app.database.general.query(
    `update sydx.outbox_rejected set key = $1, detail = $1, errors = $2 where type = 'lead.lost'`,
    [attack, JSON.stringify([wrong, { ...wrong, pointer: '/data/big' }])],
  );
  const page = await browser.openAs(ADMIN);
  await page.goto(PAGE);
  await rowsOf(page).first().waitFor();
  const texts = await rowsOf(page).allInnerTexts();
  expect(texts).toHaveLength(2);
  expect(texts[0]).toMatch(/^lead\.lost\s/);
  expect(texts[0]).toContain(`/data/name ${attack} is bad, and 1 more`);
  expect(texts[1]).toMatch(/^lead\.captured\s+It was bad\.\s/);
  const row = await openRow(page, 'lead.lost');
  const list = await row.getByRole('list', { name: 'What is wrong' }).innerText();
  expect(list).toContain(`/data/big ${attack} is bad`);
  await row.getByText('Idempotency key').waitFor();
  // Quotes are escaped in the JSON, and all the rest is as it came.
  await row.getByLabel('Data', { exact: true }).getByText('<b>bold</b>').waitFor();
  expect(await page.locator('main img, main b').count()).toBe(0);
  expect(await page.title()).not.toBe('hit');
});

test('Publish again says why it is still rejected, and accepts it once that is mended', async () => {
  await reject(BAD);
  const page = await browser.openAs(ADMIN);
  await page.goto(PAGE);
  const row = await openRow(page, 'lead.captured');
  await row.getByRole('button', { name: 'Publish again' }).click();
  await row.getByRole('alert').waitFor();
  // The row has the reason of now.
  await row.getByText('/data/source').waitFor();
  expect(await row.getByText('It was bad.').count()).toBe(0);
  await product.current.app.database.general.query('update sydx.outbox_rejected set data = $1', [
    JSON.stringify(GOOD),
  ]);
  await row.getByRole('button', { name: 'Publish again' }).click();
  const accepted = await page.getByText(/Accepted as evt_/).innerText();
  await page.getByText('Nothing was rejected').waitFor();
  const id = /evt_\w+/.exec(accepted)?.[0];
  expect(await product.current.call(`GET /v1/events/${id}`)).toMatchObject({ data: GOOD });
});

test('Discard asks first, removes it, and stands in the audit log', async () => {
  await reject(BAD);
  const page = await browser.openAs(ADMIN);
  await page.goto(PAGE);
  const row = await openRow(page, 'It was bad.');
  await row.getByRole('button', { name: 'Discard' }).click();
  const dialog = page.getByRole('dialog', { name: 'Discard this lead.captured?' });
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect(await rowsOf(page).count()).toBe(1);
  await row.getByRole('button', { name: 'Discard' }).click();
  await dialog.getByRole('button', { name: 'Discard' }).click();
  await page.getByText('Nothing was rejected').waitFor();
  await page.getByRole('link', { name: 'Audit log' }).click();
  await page.getByText('Rejected event discarded').first().waitFor();
});

test('what somebody else settled meanwhile says so and goes away', async () => {
  await reject(BAD);
  const page = await browser.openAs(ADMIN);
  await page.goto(PAGE);
  const row = await openRow(page, 'It was bad.');
  await product.current.app.database.general.query('truncate sydx.outbox_rejected');
  await row.getByRole('button', { name: 'Publish again' }).click();
  await page.getByText('Somebody else').waitFor();
  await page.getByText('Nothing was rejected').waitFor();
});

test('Overview and Delivery Logs say how many were rejected, and nothing when none were', async () => {
  const page = await browser.openAs(ADMIN);
  for (const place of ['overview', 'logs']) {
    await page.goto(`/settings/webhooks/${place}`, { waitUntil: 'networkidle' });
    expect(await page.getByText(/rejected$/).count()).toBe(0);
  }
  await reject(BAD);
  for (const place of ['overview', 'logs']) {
    await page.goto(`/settings/webhooks/${place}`);
    await page.getByText('1 event was rejected').waitFor();
  }
  for (let made = 1; made <= 50; made += 1) await reject(BAD);
  await page.reload();
  await page.getByText('More than 50 events were rejected').waitFor();
  await page.getByRole('link', { name: 'See why' }).click();
  await page.getByRole('button', { name: 'Load more' }).click();
  await expect.poll(() => rowsOf(page).count()).toBe(51);
  expect(await page.getByRole('button', { name: 'Load more' }).count()).toBe(0);
});

test('a list that cannot be had says so, with a button to try again', async () => {
  await reject(BAD);
  const page = await browser.openAs(ADMIN);
  await page.route('**/v1/rejected-events*', (route) => route.abort());
  await page.goto(PAGE);
  await page.getByRole('button', { name: 'Retry' }).waitFor({ timeout: 20_000 });
  await page.unroute('**/v1/rejected-events*');
  await page.getByRole('button', { name: 'Retry' }).click();
  await rowsOf(page).first().waitFor();
});

test('agents read that it is for admins, and a portal has no such tab', async () => {
  await reject(BAD);
  const agent = await browser.openAs({ ...ADMIN, email: 'agent@example.com' });
  await agent.goto(PAGE);
  await agent.getByText('Outbound Webhooks is for admins only').waitFor();
  expect(await agent.getByText('It was bad.').count()).toBe(0);

  const { url } = await product.current.call<{ url: string }>('POST /v1/portal-links', {});
  const portal = await browser.openAs(null);
  await portal.goto(`/portal#${tokenOf(url)}`);
  await portal.getByRole('link', { name: 'Delivery Logs' }).click();
  await portal.getByText('No deliveries yet').waitFor();
  expect(await portal.getByRole('link', { name: 'Rejected' }).count()).toBe(0);
  expect(await portal.getByText('rejected').count()).toBe(0);
});
