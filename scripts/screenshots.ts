/**
 * Makes docs/images/*.png from a real server with real receivers: `npm run screenshots`. The last
 * minutes are real deliveries; the day before them is written into the log. Receivers listen on
 * loopback, and the pictures show names in place of their ports.
 */
import { mkdir, mkdtemp, chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CreatedInbox } from '@sydx/contract';
import type { Browser, Locator, Page } from 'playwright-core';
import { parseId } from '../packages/server/src/base/ids.ts';
import { createPartitionsSince, fillLog } from '../packages/server/test/kit/delivery-log.ts';
import { type Answer, startReceiver } from '../packages/server/test/kit/receivers.ts';
import { launchChromium, signInto } from '../packages/dashboard/test/e2e/kit/chromium.ts';
import {
  ADMIN,
  launchProduct,
  type Product,
} from '../packages/dashboard/test/e2e/kit/launch-product.ts';

const IMAGES = new URL('../docs/images/', import.meta.url).pathname;
const HOUR_MS = 3_600_000;
const DESK = { width: 1280, height: 800 };
const TALL = { width: 1280, height: 960 };
const PHONE = { width: 390, height: 780 };

const reply =
  (status: number, body: string, waitMs = 0): Answer =>
  async (_request, response) => {
    await sleep(waitMs);
    response.statusCode = status;
    response.setHeader('content-type', 'application/json');
    response.end(body);
  };

interface Tool {
  readonly name: string;
  /** What the pictures show in place of loopback. */
  readonly url: string;
  readonly path: string;
  readonly events: readonly string[];
  readonly answer: Answer;
  /** Deliveries of the day before, and how many of them failed. */
  readonly past: readonly [good: number, failed: number];
}

const TOOLS: readonly Tool[] = [
  {
    name: 'n8n Lead Alert',
    url: 'https://n8n.acme.example',
    path: '/webhook/lead-alert',
    events: ['lead.captured', 'lead.assigned'],
    answer: reply(200, '{"message":"Workflow was started"}', 38),
    past: [420, 3],
  },
  {
    name: 'Zapier New Message',
    url: 'https://hooks.zapier.com',
    path: '/hooks/catch/1849/b2x',
    events: ['message.received', 'message.sent', 'contact.created'],
    answer: reply(200, '{"status":"success"}', 64),
    past: [2_350, 0],
  },
  {
    name: 'Campaign reports in Make',
    url: 'https://hook.eu1.make.com',
    path: '/x7k2m9',
    events: ['campaign.sent', 'campaign.completed', 'flow.completed'],
    answer: reply(200, 'Accepted', 21),
    past: [96, 0],
  },
  {
    name: 'Data warehouse',
    url: 'https://ingest.acme.example',
    path: '/sydx',
    events: ['contact.created', 'contact.updated'],
    answer: reply(500, '{"error":"Connection pool exhausted"}', 210),
    past: [610, 74],
  },
  {
    name: 'Old CRM bridge',
    url: 'https://bridge.acme.example',
    path: '/hooks/sydx',
    events: ['message.received'],
    // Never in time.
    answer: () => undefined,
    past: [190, 41],
  },
];

/** The tools, and the way from their loopback addresses to the names that the pictures show. */
async function connectTools(product: Product) {
  const names = new Map<string, string>();
  const closers: (() => Promise<void>)[] = [];
  // The newest stands first.
  for (const { name, url, path, events, answer, past } of TOOLS.toReversed()) {
    const receiver = await startReceiver(answer);
    closers.push(() => receiver.close());
    names.set(receiver.origin, url);
    const made = await product.createWebhook(name, `${receiver.origin}${path}`, ...events);
    await writePast(product, made.id, events[0] ?? '', past);
  }
  return { names, close: () => Promise.all(closers.map((close) => close())) };
}

async function writePast(
  { app }: Product,
  webhookId: string,
  type: string,
  [good, failed]: Tool['past'],
): Promise<void> {
  const tenantNo = app.installation?.tenant.no ?? 0;
  const pool = app.database.general;
  const base = { tenantNo, webhookId: parseId('whk', webhookId) ?? '', type };
  const now = Date.now();
  // Days of an office: more by day than by night.
  for (let hour = 24; hour >= 1; hour -= 1) {
    const toMs = now - (hour - 1) * HOUR_MS - 300_000;
    const share = (1 + Math.sin((hour / 24) * 2 * Math.PI)) / 24;
    const span = { fromMs: toMs - HOUR_MS, toMs };
    const goodCount = Math.round(good * share);
    const failedCount = Math.round(failed * share);
    if (goodCount > 0) await fillLog(pool, { ...base, ...span, count: goodCount, status: 1 });
    if (failedCount > 0) await fillLog(pool, { ...base, ...span, count: failedCount, status: 2 });
  }
  await pool.query(
    `update sydx.deliveries set duration_ms = 18 + (random() ^ 4 * 420)::int
     where webhook_id = $1 and duration_ms = 100`,
    [base.webhookId],
  );
}

/** Every event type, a few times. */
async function letThingsHappen(product: Product): Promise<void> {
  const types = TOOLS.flatMap(({ events }) => events).filter((type) => type !== 'message.received');
  for (const type of [...new Set(types), 'campaign.sent']) {
    await product.publish(type);
    await sleep(120);
  }
  for (const body of ['Hello, I’m interested in your product', 'Do you deliver to Pune?']) {
    await product.publish('message.received', { body });
    await sleep(700);
  }
  await product.publish('lead.captured', { name: 'Meera Nair', source: 'web_form' });
}

async function addPeople(product: Product): Promise<void> {
  const pool = product.app.database.general;
  const people = [
    ['bo@example.com', 'Bo Lindqvist', 'admin'],
    ['chandra@example.com', 'Chandra Iyer', 'agent'],
  ] as const;
  for (const [email, , role] of people) await product.addPerson(email, role);
  for (const [email, name] of [...people, [ADMIN.email, 'Ana Souza']] as const) {
    await pool.query('update sydx.people set name = $2 where email = $1', [email, name]);
  }
  await product.call('PATCH /v1/tenants/acme', { name: 'Acme Ltd' }, product.operatorKey);
  await product.call('POST /v1/sources', {
    kind: 'whatsapp',
    name: 'WhatsApp of Acme',
    settings: {
      appSecret: 'a'.repeat(32),
      verifyToken: 'verify-me',
      phoneNumberIds: ['106540352242922'],
    },
  });
}

/** An inbox that a test event and a lead reached. */
async function fillInbox(product: Product): Promise<string> {
  const { id, webhook } = await product.call<CreatedInbox>('POST /v1/inboxes', {
    webhook: { name: 'Try-it inbox', events: ['lead.captured', 'message.received'] },
  });
  await product.call(`POST /v1/webhooks/${webhook?.id}/test`);
  await product.publish('lead.captured', { name: 'Meera Nair', source: 'web_form' });
  await sleep(1_000);
  return id;
}

type Theme = 'light' | 'dark';

class Camera {
  readonly #browser: Browser;
  readonly #address: string;
  readonly #names: ReadonlyMap<string, string>;

  constructor(browser: Browser, address: string, names: ReadonlyMap<string, string>) {
    this.#browser = browser;
    this.#address = address;
    this.#names = names;
  }

  /** Opens a page, lets `act` bring it where it shall be, and keeps the picture of it or of a part. */
  async take(
    name: string,
    path: string,
    act: (page: Page) => Promise<Locator | void>,
    { theme = 'light', size = DESK }: { theme?: Theme; size?: typeof DESK } = {},
  ): Promise<void> {
    const context = await this.#browser.newContext({
      baseURL: this.#address,
      viewport: size,
      colorScheme: theme,
      reducedMotion: 'reduce',
      locale: 'en-GB',
      timezoneId: 'UTC',
    });
    await signInto(context, this.#address);
    await context.route('**/v1/**', async (route) => {
      const response = await route.fetch();
      const body = [...this.#names].reduce(
        (text, [loopback, shown]) => text.replaceAll(loopback, shown),
        await response.text(),
      );
      await route.fulfill({ response, body });
    });
    const page = await context.newPage();
    await page.goto(path);
    const part = (await act(page)) ?? page;
    await page.waitForLoadState('networkidle');
    await sleep(400);
    await part.screenshot({ path: join(IMAGES, `${name}.png`), caret: 'initial' });
    await context.close();
    process.stdout.write(`docs/images/${name}.png\n`);
  }
}

const WEBHOOKS = '/settings/webhooks';
const LOGS = '/settings/webhooks/logs';
const OVERVIEW = '/settings/webhooks/overview';

const list = (page: Page) => page.getByText('Old CRM bridge').first().waitFor();
const log = (page: Page) =>
  page
    .getByRole('row', { name: /lead\.captured/ })
    .first()
    .waitFor();
const charts = (page: Page) => page.locator('.recharts-surface').nth(1).waitFor();

/** Presses Test at a webhook and waits for what it says. */
const test = (name: string, words: RegExp) => async (page: Page) => {
  const webhook = page.getByRole('listitem', { name });
  await webhook.getByRole('button', { name: 'Test' }).click();
  await webhook.getByText(words).waitFor();
};

async function fillIn(page: Page, url: string): Promise<Locator> {
  await page.getByRole('button', { name: 'Create Webhook' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('n8n Lead Alert');
  await dialog.getByLabel('URL').fill(url);
  await dialog.getByRole('checkbox', { name: 'lead.captured' }).check();
  await dialog.getByRole('checkbox', { name: 'lead.assigned' }).check();
  return dialog;
}

/** Two conditions, tried on what came in. */
async function filter(page: Page): Promise<Locator> {
  const dialog = await fillIn(page, 'https://n8n.acme.example/webhook/lead-alert');
  await dialog.getByRole('button', { name: 'Only some of them' }).click();
  for (const [number, field, comparison, value] of [
    [1, 'source', 'is', 'facebook_ad'],
    [2, 'phone', 'starts with', '91'],
  ] as const) {
    if (number > 1) await dialog.getByRole('button', { name: 'Add condition' }).click();
    const row = page.getByRole('group', { name: `Condition ${number}` });
    await row.getByLabel('Field', { exact: true }).fill(field);
    await row.getByLabel('Comparison').click();
    await page.getByRole('option', { name: comparison, exact: true }).click();
    await row.getByLabel('Value', { exact: true }).fill(value);
  }
  await dialog.getByText('would be sent').waitFor();
  return dialog.getByRole('group', { name: 'Only when' });
}

async function takeAll(camera: Camera, makeInbox: () => Promise<string>): Promise<void> {
  await camera.take('webhooks', WEBHOOKS, list);
  await camera.take('webhooks-phone', WEBHOOKS, list, { size: PHONE });
  await camera.take(
    'create-webhook',
    WEBHOOKS,
    (page) => fillIn(page, 'https://n8n.acme.example/webhook/lead-alert'),
    { size: TALL },
  );
  await camera.take('filter', WEBHOOKS, filter, { size: TALL });
  await camera.take('test-success', WEBHOOKS, test('n8n Lead Alert', /^200 · /));
  await camera.take('test-failure', WEBHOOKS, test('Data warehouse', /^500 · /));
  await camera.take('delivery-logs', LOGS, log);
  await camera.take('delivery-logs-dark', LOGS, log, { theme: 'dark' });
  await camera.take('delivery-logs-phone', LOGS, log, { size: PHONE });
  await camera.take('delivery', `${LOGS}?event=contact.updated`, async (page) => {
    await page
      .getByRole('row', { name: /Pending|Failed/ })
      .first()
      .getByRole('link')
      .click();
    await page.getByText('Attempt 1', { exact: true }).waitFor();
  });
  await camera.take('overview', OVERVIEW, charts);
  await camera.take('overview-dark', OVERVIEW, charts, { theme: 'dark' });
  await camera.take('sources', '/settings/sources', (page) =>
    page.getByText('WhatsApp of Acme').waitFor(),
  );
  await camera.take('members', '/settings/members', (page) =>
    page.getByText('Chandra Iyer').first().waitFor(),
  );
  // Late, since it makes a webhook.
  await camera.take(
    'try-it-inbox',
    `/settings/inbox?inbox=${await makeInbox()}`,
    async (page) => {
      await page.getByText('lead.captured').first().waitFor();
      await page.getByText('Signatures valid').first().waitFor();
    },
    { size: TALL },
  );
  // Last, since it makes a webhook.
  await camera.take(
    'secret',
    WEBHOOKS,
    async (page) => {
      const dialog = await fillIn(page, 'http://127.0.0.1:9/webhook/lead-alert');
      await dialog.getByRole('button', { name: 'Create', exact: true }).click();
      await dialog.getByRole('group', { name: 'Webhook secret' }).waitFor();
      return dialog;
    },
    { size: TALL },
  );
}

const dataDir = await mkdtemp(join(tmpdir(), 'sydx-screenshots-'));
// As root, PostgreSQL's user has to pass through.
await chmod(dataDir, 0o711);
await mkdir(IMAGES, { recursive: true });
const product = await launchProduct({ DATA_DIR: join(dataDir, 'data') });
try {
  await createPartitionsSince(product.app.database.general, Date.now() - 2 * 24 * HOUR_MS);
  await addPeople(product);
  const tools = await connectTools(product);
  tools.names.set(product.address, 'https://webhooks.acme.example');
  await letThingsHappen(product);
  await sleep(6_000);
  const browser = await launchChromium();
  try {
    await takeAll(new Camera(browser, product.address, tools.names), () => fillInbox(product));
  } finally {
    await browser.close();
    await tools.close();
  }
} finally {
  await product.close();
  await rm(dataDir, { recursive: true, force: true });
}
