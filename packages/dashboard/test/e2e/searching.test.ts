import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { parseId } from '../../../server/src/base/ids.ts';
import { createPartitionsSince, fillLog } from '../../../server/test/kit/delivery-log.ts';
import { useBrowser } from './kit/browser.ts';
import { ADMIN, useProduct } from './kit/product.ts';

/** A rare event type is looked for page by page, each of which looks at 200,000 deliveries. */
const HOUR_MS = 3_600_000;

const product = useProduct();
const browser = useBrowser(product);

beforeAll(async () => {
  const { current } = product;
  const { id } = await current.createWebhook('Busy', 'http://127.0.0.1:9/', 'message.sent');
  const pool = current.app.database.general;
  const now = Date.now();
  await createPartitionsSince(pool, now - 4 * HOUR_MS);
  const tenantNo = current.app.installation?.tenant.no ?? 0;
  const fill = { tenantNo, webhookId: parseId('whk', id) ?? '', status: 1 };
  const ago = (hours: number) => now - hours * HOUR_MS;
  const rare = { ...fill, type: 'lead.captured', count: 3, fromMs: ago(4), toMs: ago(3) };
  const common = { ...fill, type: 'message.sent', count: 70_000, fromMs: ago(3), toMs: ago(0.1) };
  await fillLog(pool, rare);
  for (let part = 0; part < 3; part += 1) await fillLog(pool, common);
  await pool.query('analyze');
}, 120_000);

interface Answer {
  data: { event: string }[];
  nextCursor: string | null;
}

test('a page that found nothing says where to go on', async () => {
  const read = async (path: string) => product.current.call<Answer>(`GET ${path}`);
  const first = await read('/v1/deliveries?event=lead.captured');
  expect(first.data).toEqual([]);
  expect(first.nextCursor).toEqual(expect.any(String));
  const next = await read(`/v1/deliveries?event=lead.captured&cursor=${first.nextCursor}`);
  expect(next.data.map(({ event }) => event)).toEqual(Array(3).fill('lead.captured'));
  expect(next.nextCursor).toBeNull();
  const events = await read('/v1/events?type=lead.captured');
  expect(events.data).toEqual([]);
  expect(events.nextCursor).toEqual(expect.any(String));
});

test('the page goes on by itself until all was looked at', async () => {
  const page = await browser.openAs(ADMIN);
  await page.goto('/settings/webhooks/logs?event=lead.captured');
  await page
    .getByRole('row', { name: /lead\.captured/ })
    .nth(2)
    .waitFor();
  expect(await page.getByRole('button', { name: /Load more|Look further/ }).count()).toBe(0);
  await page.goto('/settings/webhooks/logs?event=flow.completed');
  await page.getByText('No delivery matches').waitFor();
});

test.each([
  ['light', 1280],
  ['dark', 390],
] as const)('in %s at %i px, it can be stopped, and goes on', async (colorScheme, width) => {
  const page = await browser.openAs(ADMIN);
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.setViewportSize({ width, height: 844 });
  const go = await holdSecondPage(page);
  await page.goto('/settings/webhooks/logs?event=lead.captured');
  await page.getByText('Looking further back…').waitFor();
  expect(await page.getByText('No delivery matches').count()).toBe(0);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByText('Nothing found so far.').waitFor();
  await expectAccessible(page);
  go();
  await page
    .getByRole('row', { name: /lead\.captured/ })
    .nth(2)
    .waitFor();
});

test('what was found is live: the next one comes above it', async () => {
  const page = await browser.openAs(ADMIN);
  await page.goto('/settings/webhooks/logs?event=lead.captured');
  await page
    .getByRole('row', { name: /lead\.captured/ })
    .nth(2)
    .waitFor();
  await product.current.createWebhook('Leads', 'http://127.0.0.1:9/', 'lead.captured');
  await product.current.publish('lead.captured');
  await page.getByRole('row', { name: /lead\.captured Leads/ }).waitFor();
  expect(await page.getByRole('row', { name: /lead\.captured/ }).count()).toBe(4);
  await page.getByText('Live', { exact: true }).waitFor();
});

/** @returns lets it through */
async function holdSecondPage(page: Page): Promise<() => void> {
  const gate = Promise.withResolvers<void>();
  await page.route(/\/v1\/deliveries\?.*cursor=/, async (route) => {
    await gate.promise;
    await route.continue();
  });
  return gate.resolve;
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
}
