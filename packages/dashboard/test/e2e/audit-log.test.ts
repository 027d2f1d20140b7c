import { expect, test } from 'vitest';
import { tokenOf } from '../../../server/test/kit/people.ts';
import { useBrowser } from './kit/browser.ts';
import { ADMIN, useProduct } from './kit/product.ts';

const product = useProduct();
const browser = useBrowser(product);

const WEBHOOK = { url: 'http://127.0.0.1:9/a-path', events: ['lead.captured'] };

test('who created, changed, rotated and deleted what and when is visible to admins', async () => {
  const { current } = product;
  const page = await browser.openAs(ADMIN);
  const made = await current.createWebhook('Zap', WEBHOOK.url, ...WEBHOOK.events);
  await current.call(`PATCH /v1/webhooks/${made.id}`, { name: 'Zapier' });
  await current.call(`POST /v1/webhooks/${made.id}/rotate-secret`);
  await page.goto(`/settings/webhooks/audit?object=${made.id}`);
  const rows = page.getByRole('list', { name: 'Audit log' }).getByRole('listitem');
  await expect.poll(() => rows.count(), { timeout: 10_000 }).toBe(3);
  const texts = await rows.allInnerTexts();
  expect(texts[0]).toMatch(/^Secret rotated\s+Zapier/);
  expect(texts[1]).toMatch(/Webhook changed[^]*Name[^]*Zap[^]*→[^]*Zapier/);
  expect(texts[2]).toContain('Webhook created');
  expect(texts[0]).toContain('API key “BOOTSTRAP_API_KEY”');
  // All of it, and then one kind.
  await page.getByRole('button', { name: /Show everything/ }).click();
  await page.getByText('Signed in').first().waitFor();
  await page.getByRole('combobox', { name: 'Action' }).click();
  await page.getByRole('option', { name: 'Secret rotated' }).click();
  await expect.poll(() => rows.count(), { timeout: 10_000 }).toBe(1);
  expect(page.url()).toContain('action=webhook.secret_rotated');
});

test('text from customers is shown in a browser as text only', async () => {
  const { current } = product;
  const name = `<img src=x onerror="document.title='hit'"> <b>bold</b>`;
  const made = await current.createWebhook(name, WEBHOOK.url, ...WEBHOOK.events);
  const page = await browser.openAs(ADMIN);
  await page.goto(`/settings/webhooks/audit?object=${made.id}`);
  await page.getByText(name).first().waitFor();
  expect(await page.locator('main img, main b').count()).toBe(0);
  expect(await page.title()).not.toBe('hit');
});

test('a portal reads what was done to webhooks, and nothing of members and keys', async () => {
  const { url } = await product.current.call<{ url: string }>('POST /v1/portal-links', {});
  const page = await browser.openAs(null);
  await page.goto(`/portal#${tokenOf(url)}`);
  await page.getByRole('link', { name: 'Audit log' }).click();
  await page.getByText('Webhook created').first().waitFor();
  expect(await page.getByText('Signed in').count()).toBe(0);
  expect(await page.getByText('API key created').count()).toBe(0);
});

test('a log that cannot be had says so, with a button to try again', async () => {
  const page = await browser.openAs(ADMIN);
  await page.route('**/v1/audit-log*', (route) => route.abort());
  await page.goto('/settings/webhooks/audit');
  await page.getByRole('button', { name: /try again|retry/i }).waitFor({ timeout: 20_000 });
  await page.unroute('**/v1/audit-log*');
  await page.getByRole('button', { name: /try again|retry/i }).click();
  await page.getByText('Signed in').first().waitFor();
});
