import { createHmac } from 'node:crypto';
import type { Source } from '@sydx/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GRAPH_ERRORS, leadOf, startGraphApi } from '../../../server/test/kit/graph-api.ts';
import { type Receiver, startReceiver } from '../../../server/test/kit/receivers.ts';
import { useBrowser } from './kit/browser.ts';
import { ADMIN, useProduct } from './kit/product.ts';

const APP_SECRET = 'app-secret-of-the-browser-tests';
const TOKEN = 'EAAGoodTokenOfTheBrowserTests01';

/** Meta, as far as the product asks it. Known before the product starts. */
const graph = await startGraphApi();
const product = useProduct({ META_GRAPH_URL: graph.url });
const browser = useBrowser(product);

/** Where leads are delivered. */
let crm: Receiver;

beforeAll(async () => {
  crm = await startReceiver();
  await product.current.createWebhook('CRM', crm.origin, 'lead.captured');
});
afterAll(async () => {
  await crm.close();
  await graph.close();
});

function capturedIds(): string[] {
  return crm.requests.map(({ body }) => JSON.parse(body.toString('utf8')).data.leadId);
}

/** Announces a lead, as Meta does. */
async function announce({ url }: { url: string }, leadgenId: string): Promise<void> {
  const value = { leadgen_id: leadgenId, page_id: '138124712925158', created_time: 1_630_087_926 };
  const entry = [{ id: '138124712925158', changes: [{ field: 'leadgen', value }] }];
  const body = JSON.stringify({ object: 'page', entry });
  const signature = createHmac('sha256', APP_SECRET).update(body).digest('hex');
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'x-hub-signature-256': `sha256=${signature}` },
  });
  expect(response.status).toBe(200);
}

async function makeSource(name: string, pageAccessToken: string): Promise<Source> {
  return product.current.call('POST /v1/sources', {
    kind: 'meta-leads',
    name,
    settings: { verifyToken: 'verify-me', appSecret: APP_SECRET, pageAccessToken },
  });
}

const rowOf = (page: Page, name: string) => page.getByRole('listitem', { name });

describe('Facebook Lead Ads', () => {
  test('are set up in the dashboard, and a lead of an ad becomes lead.captured', async () => {
    const admin = await browser.openAs(ADMIN);
    await admin.goto('/settings/sources');
    await admin.getByRole('button', { name: 'Add source' }).first().click();
    const dialog = admin.getByRole('dialog');
    await dialog.getByRole('button', { name: /^Facebook Lead Ads/ }).click();
    await dialog.getByRole('button', { name: 'Add source' }).click();
    await dialog.getByText('Paste the access token of your page.').waitFor();
    await dialog.getByLabel('Name', { exact: true }).fill('Our page');
    await dialog.getByLabel('App secret').fill(APP_SECRET);
    await dialog.getByLabel('Page access token').fill(TOKEN);
    await dialog.getByLabel('Page IDs').fill('138124712925158');
    await dialog.getByRole('button', { name: 'Add source' }).click();
    await dialog.getByText('Connect “Our page” in Meta').waitFor();
    const url = await dialog
      .getByRole('group', { name: 'Callback URL' })
      .locator('code')
      .innerText();
    const verifyToken = await dialog
      .getByRole('group', { name: 'Verify token' })
      .locator('code')
      .innerText();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await rowOf(admin, 'Our page').getByText('1 page').waitFor();

    const query = new URLSearchParams({
      'hub.mode': 'subscribe',
      'hub.challenge': '1158201444',
      'hub.verify_token': verifyToken,
    });
    const handshake = await fetch(`${url}?${query.toString()}`);
    expect(await handshake.text()).toBe('1158201444');
    await announce({ url }, '9007199254740993');
    await expect.poll(capturedIds).toContain('9007199254740993');
  });

  test('whose token Meta refuses say so until a new one is entered', async () => {
    graph.answer = ({ leadgenId, token }) =>
      token === TOKEN
        ? { kind: 'lead', lead: leadOf(leadgenId) }
        : { kind: 'error', status: 401, error: GRAPH_ERRORS.token };
    const source = await makeSource('Old token', 'EAAOldTokenOfTheBrowserTests012');
    const admin = await browser.openAs(ADMIN);
    await announce(source, '501');
    await admin.goto('/settings/sources');
    const row = rowOf(admin, 'Old token');
    await row.getByText('Meta refuses the page access token · 1 lead waiting').waitFor();
    await row.getByText('Session has expired').waitFor();
    await row.getByRole('button', { name: 'Edit' }).click();
    await admin.getByRole('dialog').getByLabel('Page access token').fill(TOKEN);
    await admin.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await row.getByText('Meta refuses').waitFor({ state: 'detached' });
    await expect.poll(capturedIds).toContain('501');
  });

  test('that Meta does not give are shown with its reason, and fetched when Retry is pressed', async () => {
    graph.answer = () => ({ kind: 'error', status: 403, error: GRAPH_ERRORS.permission });
    const source = await makeSource('No permission', TOKEN);
    const admin = await browser.openAs(ADMIN);
    await announce(source, '601');
    await admin.goto('/settings/sources');
    const row = rowOf(admin, 'No permission');
    await row.getByText('1 lead could not be fetched').waitFor();
    await row.getByRole('button', { name: 'Show leads' }).click();
    const dialog = admin.getByRole('dialog');
    const failed = dialog.getByRole('list', { name: 'Could not be fetched' }).getByRole('listitem');
    expect(await failed.innerText()).toMatch(/^601 received[^]*leads_retrieval permission/);
    await admin.keyboard.press('Escape');
    graph.answer = ({ leadgenId }) => ({ kind: 'lead', lead: leadOf(leadgenId) });
    await row.getByRole('button', { name: 'Retry now' }).click();
    await admin.getByText('1 lead will be fetched now.').waitFor();
    await expect.poll(capturedIds).toContain('601');
    await row.getByText('could not be fetched').waitFor({ state: 'detached' });
  });
});
