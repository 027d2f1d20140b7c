import { gzipSync } from 'node:zlib';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeRejected } from '../../../server/test/kit/rejected.ts';
import { type Receiver, startReceiver } from '../../../server/test/kit/receivers.ts';
import { useBrowser } from './kit/browser.ts';
import { makeInboxes } from './kit/inboxes.ts';
import { makePausedSource } from './kit/paused-source.ts';
import { ADMIN, useProduct } from './kit/product.ts';

const FIRST_LOAD_BYTES = 300_000;
const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 860 };

const product = useProduct({ RETRY_SCHEDULE: '1,600' });
const browser = useBrowser(product);

let good: Receiver;
let broken: Receiver;
let webhookId: string;
let failingId: string;
let inboxId: string;
let waitingInboxId: string;
beforeAll(async () => {
  good = await startReceiver();
  broken = await startReceiver((_request, response) => {
    response.statusCode = 500;
    response.setHeader('content-type', 'application/json');
    response.end('{"error":"Out of memory"}');
  });
  const { current } = product;
  const made = await current.createWebhook(
    'n8n Lead Alert with a name as long as somebody may give it',
    `${good.origin}/webhook/9f2c1d3e-a-path-that-goes-on-and-on-and-on-and-on-and-on`,
    'message.received',
    'message.sent',
    'lead.captured',
    'lead.assigned',
    'contact.updated',
  );
  webhookId = made.id;
  const failing = await current.createWebhook(
    'CRM bridge',
    broken.origin,
    'contact.updated',
    'lead.assigned',
  );
  failingId = failing.id;
  await current.app.database.general.query(
    "insert into sydx.failing_webhooks select id, now() from sydx.webhooks where name = 'CRM bridge'",
  );
  for (const type of ['message.received', 'lead.captured', 'contact.updated', 'campaign.sent']) {
    await current.publish(type);
  }
  await current.addPerson('agent@example.com', 'agent');
  // Also for the notice of it on Overview and Delivery Logs.
  await makeRejected(current.app.database, {
    tenant: 'acme',
    type: 'lead.captured',
    data: { name: 'Priya' },
  });
  await current.call('POST /v1/sources', {
    kind: 'whatsapp',
    name: 'WhatsApp of Acme',
    settings: { appSecret: 'a'.repeat(32), verifyToken: 'verify-me' },
  });
  await current.call('POST /v1/sources', {
    kind: 'form',
    name: 'Contact form of Acme',
    settings: { allowedOrigins: ['https://www.example.com'], fields: { email: 'email' } },
  });
  await makePausedSource(current, 'Lead ads of Acme');
  await current.call('POST /v1/event-types', {
    type: 'appointment.booked',
    description: 'A customer books an appointment with one of the team',
    schema: { type: 'object', required: ['at'], properties: { at: { format: 'date-time' } } },
    sample: { at: '2026-03-25T08:22:50.254Z' },
  });
  [inboxId, waitingInboxId] = await makeInboxes(current);
  await vi.waitFor(() => expect(broken.requests.length).toBe(2), 15_000);
});
afterAll(async () => {
  await good?.close();
  await broken?.close();
});

/** Waits for what a page is about, not for its skeleton. */
type Arrive = (page: Page) => Promise<unknown>;

const heading =
  (name: string | RegExp): Arrive =>
  (page) =>
    page.getByRole('heading', { name }).first().waitFor();

async function inRow(page: Page, button: string): Promise<void> {
  await page
    .getByRole('listitem', { name: 'CRM bridge' })
    .getByRole('button', { name: button })
    .click();
}

const waiting: Arrive = (page) => page.getByText('Waiting for the first request').waitFor();

const PAGES: readonly (readonly [name: string, path: string, arrive: Arrive])[] = [
  [
    'Webhooks, of which one keeps failing',
    '/settings/webhooks',
    (page) => page.getByText('This webhook keeps failing').waitFor(),
  ],
  [
    'Create Webhook',
    '/settings/webhooks',
    async (page) => {
      await page.getByRole('button', { name: 'Create Webhook' }).click();
      await page.getByRole('dialog').getByText('flow.completed').waitFor();
    },
  ],
  [
    'the outcome of a Test',
    '/settings/webhooks',
    async (page) => {
      await inRow(page, 'Test');
      await page.getByText('500 · ').waitFor();
    },
  ],
  [
    'the question before Rotate Secret, and the secret',
    '/settings/webhooks',
    async (page) => {
      await inRow(page, 'Rotate Secret');
      await page.getByRole('dialog').getByRole('button', { name: 'Rotate Secret' }).click();
      await page.getByRole('group', { name: 'Webhook secret' }).waitFor();
    },
  ],
  [
    'the question before Delete',
    '/settings/webhooks',
    async (page) => {
      await inRow(page, 'Delete');
      await page.getByText('All future event deliveries').waitFor();
    },
  ],
  [
    'one webhook',
    '/settings/webhooks/:id',
    (page) => page.getByRole('textbox', { name: 'Name' }).waitFor(),
  ],
  [
    'one webhook that keeps failing',
    '/settings/webhooks/:failing',
    (page) => page.getByText('This webhook keeps failing').waitFor(),
  ],
  ['n8n’s guide', '/settings/webhooks/connect/n8n', heading(/n8n/)],
  [
    'the guide of n8n’s own node',
    '/settings/webhooks/connect/n8n',
    async (page) => {
      await page.getByText('Sydx AI Trigger', { exact: true }).click();
      await page.getByText('Have the node installed').waitFor();
    },
  ],
  ['the guide of your own server', '/settings/webhooks/connect/custom', heading(/server/i)],
  [
    'Delivery Logs',
    '/settings/webhooks/logs',
    (page) => page.getByText('Pending').last().waitFor(),
  ],
  [
    'Delivery Logs with nothing to show',
    '/settings/webhooks/logs?event=flow.completed',
    (page) => page.getByText('No delivery matches').waitFor(),
  ],
  [
    'one delivery',
    '/settings/webhooks/logs?status=pending',
    async (page) => {
      await page.getByRole('link', { name: 'contact.updated' }).click();
      await page.getByText('Attempt 2', { exact: true }).waitFor();
    },
  ],
  [
    'Replay',
    '/settings/webhooks/logs',
    async (page) => {
      await page.getByRole('button', { name: 'Replay…' }).click();
      await page.getByRole('dialog').waitFor();
    },
  ],
  [
    'events without a webhook',
    '/settings/webhooks/logs?view=unmatched',
    (page) => page.getByText('campaign.sent').first().waitFor(),
  ],
  [
    'Rejected, a row open',
    '/settings/webhooks/rejected',
    async (page) => {
      await page.getByText('It was bad.').click();
      await page.getByLabel('Data', { exact: true }).waitFor();
    },
  ],
  [
    'the question before Discard',
    '/settings/webhooks/rejected',
    async (page) => {
      await page.getByText('It was bad.').click();
      await page.getByRole('button', { name: 'Discard' }).click();
      await page.getByText('removed for good').waitFor();
    },
  ],
  [
    'Event types',
    '/settings/event-types',
    (page) => page.getByRole('listitem', { name: 'appointment.booked' }).waitFor(),
  ],
  [
    'Register event type, with something wrong',
    '/settings/event-types',
    async (page) => {
      await page.getByRole('button', { name: 'Register event type' }).click();
      await page.getByRole('dialog').getByLabel('Sample').fill('{"total":-1}');
      await page.getByRole('dialog').getByText('/orderId').waitFor();
    },
  ],
  [
    'the schema of a built-in event type',
    '/settings/event-types',
    async (page) => {
      const row = page.getByRole('listitem', { name: 'lead.captured' });
      await row.getByRole('button', { name: 'Schema' }).click();
      await page.getByRole('dialog').getByText('"facebook_ad"').first().waitFor();
    },
  ],
  [
    'Overview',
    '/settings/webhooks/overview',
    (page) => page.locator('.recharts-surface').first().waitFor(),
  ],
  [
    'Audit log',
    '/settings/webhooks/audit',
    (page) => page.getByText('Webhook created').first().waitFor(),
  ],
  [
    'Audit log with nothing to show',
    '/settings/webhooks/audit?object=whk_0000000000000',
    (page) => page.getByText('Nothing matches').waitFor(),
  ],
  ['the inbox with nothing in it', '/settings/inbox?inbox=:waiting', waiting],
  [
    'the inbox, with what strangers sent',
    '/settings/inbox?inbox=:inbox',
    async (page) => {
      await page.getByText('<script>alert(1)</script>').waitFor();
      await page.getByText('Signatures valid').first().waitFor();
    },
  ],
  [
    'an inbox that is gone',
    '/settings/inbox?inbox=inb_0000000000000',
    (page) => page.getByText('This inbox is gone').waitFor(),
  ],
  [
    'the question before an inbox is deleted',
    '/settings/inbox?inbox=:inbox',
    async (page) => {
      await page.getByRole('button', { name: 'Delete inbox' }).click();
      await page.getByText('Its URL stops working').waitFor();
    },
  ],
  ['Sources', '/settings/sources', (page) => page.getByText('WhatsApp of Acme').waitFor()],
  [
    'Add source',
    '/settings/sources',
    async (page) => {
      await page.getByRole('button', { name: 'Add source' }).click();
      await page.getByRole('dialog').getByText('Web form').waitFor();
    },
  ],
  [
    'Add Web form source',
    '/settings/sources',
    async (page) => {
      await page.getByRole('button', { name: 'Add source' }).click();
      await page.getByRole('button', { name: /^Web form/ }).click();
      await page.getByRole('button', { name: 'Protection against robots' }).click();
      await page.getByLabel('A minute in all').waitFor();
    },
  ],
  [
    'the code of a form',
    '/settings/sources',
    async (page) => {
      await page
        .getByRole('listitem', { name: 'Contact form of Acme' })
        .getByRole('button', { name: 'Form code' })
        .click();
      await page.getByLabel('form.html', { exact: true }).waitFor();
    },
  ],
  [
    'Add Facebook Lead Ads source',
    '/settings/sources',
    async (page) => {
      await page.getByRole('button', { name: 'Add source' }).click();
      await page.getByRole('button', { name: /^Facebook Lead Ads/ }).click();
      await page.getByRole('dialog').getByLabel('Page access token').waitFor();
    },
  ],
  [
    'set-up steps of Facebook Lead Ads',
    '/settings/sources',
    async (page) => {
      const row = page.getByRole('listitem', { name: 'Lead ads of Acme' });
      await row.getByRole('button', { name: 'Set-up steps' }).click();
      await page.getByRole('dialog').getByText('Subscribe to leadgen').waitFor();
    },
  ],
  [
    'leads that Meta does not give',
    '/settings/sources',
    async (page) => {
      const row = page.getByRole('listitem', { name: 'Lead ads of Acme' });
      await row.getByRole('button', { name: 'Show leads' }).click();
      await page.getByRole('dialog').getByText('233370042045346').waitFor();
    },
  ],
  ['API keys', '/settings/api-keys', (page) => page.getByText('BOOTSTRAP_API_KEY').waitFor()],
  ['Members', '/settings/members', (page) => page.getByText('agent@example.com').first().waitFor()],
  ['a page that Settings has not', '/settings/nothing', heading('There is no such page')],
];

const STRANGERS_PAGES: typeof PAGES = [
  ['Sign in', '/sign-in', heading('Sign in')],
  ['an invitation that is used up', '/invite#nothing', heading('This link no longer works')],
  ['a reset link that is used up', '/reset#nothing', heading('This link no longer works')],
  ['a portal link that is used up', '/portal#nothing', heading('Open this page from your CRM')],
];

/** Both themes, and the width of a phone. */
async function look(page: Page, arrive: Arrive): Promise<void> {
  await arrive(page);
  expect(await findings(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await findings(page)).toEqual([]);
  await page.setViewportSize(PHONE);
  await expect.poll(() => widestPx(page), { timeout: 2_000 }).toBeLessThanOrEqual(PHONE.width);
  await page.setViewportSize(DESK);
}

async function findings(page: Page): Promise<string[]> {
  // Colours between two themes are nobody's choice.
  await page.evaluate(
    'Promise.all(document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished.catch(() => {})))',
  );
  // Nothing is framed here, and nobody reads what is right: both spare half of the time.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  const { violations } = await axe.analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  );
}

async function widestPx(page: Page): Promise<number> {
  return page.evaluate<number>(
    'Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)',
  );
}

describe('axe finds nothing in both themes, and a phone needs no scrolling sideways', () => {
  test.each(PAGES)('%s', async (_name, path, arrive) => {
    const page = await browser.openAs(ADMIN);
    await page.goto(
      path
        .replace(':id', webhookId)
        .replace(':failing', failingId)
        .replace(':waiting', waitingInboxId)
        .replace(':inbox', inboxId),
    );
    await look(page, arrive);
  });

  test.each(STRANGERS_PAGES)('%s', async (_name, path, arrive) => {
    const page = await browser.openAs(null);
    await page.goto(path);
    await look(page, arrive);
  });

  test('(it would find something)', async () => {
    const page = await browser.openAs(null);
    await page.setContent('<html><body><button></button></body></html>');
    expect((await findings(page)).join('\n')).toContain('button-name');
  });

  test('what an agent sees', async () => {
    const page = await browser.openAs({ ...ADMIN, email: 'agent@example.com' });
    await page.goto('/settings/webhooks');
    await look(page, heading('Outbound Webhooks is for admins only'));
  });
});

describe('The first load', () => {
  test.each(['/sign-in', '/settings/webhooks'])(
    'of %s takes less than 300 KB of script, compressed',
    async (path) => {
      const page = await browser.openAs(path === '/sign-in' ? null : ADMIN);
      const scripts: Promise<Buffer>[] = [];
      page.on('response', (response) => {
        if (response.request().resourceType() === 'script') scripts.push(response.body());
      });
      await page.goto(path, { waitUntil: 'networkidle' });
      const sizes = (await Promise.all(scripts)).map((body) => gzipSync(body).length);
      const sum = sizes.reduce((total, size) => total + size, 0);
      console.log(`${path}: ${(sum / 1000).toFixed(0)} KB of script in ${sizes.length} files`);
      expect(sizes.length).toBeGreaterThan(0);
      expect(sum).toBeLessThan(FIRST_LOAD_BYTES);
    },
  );
});
