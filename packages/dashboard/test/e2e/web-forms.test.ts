import type { AcceptedEvent, Source } from '@sydx/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Receiver, startReceiver } from '../../../server/test/kit/receivers.ts';
import { useBrowser } from './kit/browser.ts';
import { ADMIN, useProduct } from './kit/product.ts';

const product = useProduct();
const browser = useBrowser(product);

/** Web sites of two owners: what a test puts on them, at every path. */
let site: Receiver;
let otherSite: Receiver;
/** Where leads are delivered. */
let crm: Receiver;
let content = '';

beforeAll(async () => {
  [site, otherSite] = await Promise.all([startSite(), startSite()]);
  crm = await startReceiver();
  await product.current.createWebhook('CRM', crm.origin, 'lead.captured');
});
afterAll(async () => {
  await Promise.all([site, otherSite, crm].map((each) => each.close()));
});

function startSite(): Promise<Receiver> {
  return startReceiver(({ path }, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    const body = path === '/thanks' ? '<h1>Thanks from the site</h1>' : content;
    response.end(`<!doctype html><html lang="en"><title>Site</title><body>${body}</body></html>`);
  });
}

/** The data of leads that were delivered, oldest first. */
function leads(): Record<string, unknown>[] {
  return crm.requests.map(({ body }) => JSON.parse(body.toString('utf8')).data);
}

async function storedCount(): Promise<number> {
  const { data } = await product.current.call<{ data: AcceptedEvent[] }>(
    'GET /v1/events?limit=100',
  );
  return data.length;
}

async function makeSource(settings: object = {}): Promise<Source> {
  const fields = { name: 'name', email: 'email' };
  return product.current.call('POST /v1/sources', {
    kind: 'form',
    name: 'Landing page',
    settings: { allowedOrigins: [site.origin], fields, ...settings },
  });
}

/** Sets a source up as an admin does. @returns the code that the dashboard gives */
async function setUp(page: Page, name: string): Promise<{ html: string; script: string }> {
  await page.goto('/settings/sources');
  await page.getByRole('button', { name: 'Add source' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /^Web form/ }).click();
  await dialog.getByLabel('Name', { exact: true }).fill(name);
  // As copied from the address bar.
  await dialog.getByLabel('Sites').fill(`${site.origin}/contact?a=b`);
  await dialog.getByLabel('Sites').press('Enter');
  await dialog.getByText(site.origin, { exact: true }).waitFor();
  await dialog.getByLabel('Page after sending').fill(`${site.origin}/thanks`);
  await dialog.getByRole('button', { name: 'Add source' }).click();
  await dialog.getByText(`Put “${name}” on your site`).waitFor();
  const html = await dialog.getByLabel('form.html', { exact: true }).innerText();
  await dialog.getByRole('tab', { name: 'Without leaving the page' }).click();
  const script = await dialog.getByLabel('form.js', { exact: true }).innerText();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('listitem', { name }).getByText('nothing received yet').waitFor();
  return { html, script };
}

async function fillIn(page: Page, email: string): Promise<void> {
  await page.getByLabel('Name').fill('Priya Sharma');
  await page.getByLabel('Phone').fill('+91 98123-45678');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Message').fill('<img src=x onerror="alert(1)">');
}

describe('A form on another site', () => {
  test('is set up in the dashboard, and what visitors send becomes lead.captured exactly once', async () => {
    const admin = await browser.openAs(ADMIN);
    const { html, script } = await setUp(admin, 'Contact form');
    const visitor = await browser.openAs(null);
    const lead = {
      name: 'Priya Sharma',
      phone: '919812345678',
      source: 'web_form',
      campaign: 'Website',
      form: 'Contact form',
      answers: { message: '<img src=x onerror="alert(1)">' },
    };

    // A plain form: the visitor's browser leaves the page and comes back to the site.
    content = html;
    await visitor.goto(`${site.origin}/contact`);
    await fillIn(visitor, 'plain@example.com');
    await visitor.getByRole('button', { name: 'Send' }).click();
    await visitor.getByText('Thanks from the site').waitFor();
    expect(visitor.url()).toBe(`${site.origin}/thanks`);
    await expect
      .poll(leads)
      .toEqual([{ ...lead, email: 'plain@example.com', page: `${site.origin}/` }]);

    // A script: the page stays; pressed twice it is one lead.
    content = `${html}<script>${script}</script>`;
    await visitor.goto(`${site.origin}/contact`);
    await fillIn(visitor, 'script@example.com');
    await visitor.getByRole('button', { name: 'Send' }).dblclick();
    await visitor.getByText('Thank you.').waitFor();
    expect(visitor.url()).toBe(`${site.origin}/contact`);
    await expect
      .poll(() => leads().slice(1))
      .toMatchObject([{ ...lead, email: 'script@example.com', page: `${site.origin}/contact` }]);

    // What was sent is text in the dashboard, too.
    await admin.reload();
    const row = admin.getByRole('listitem', { name: 'Contact form' });
    await row.getByText('last received').waitFor();
    admin.on('dialog', () => {
      throw new Error('What a visitor wrote ran in the dashboard.');
    });
    await admin.goto('/settings/webhooks/logs');
    await admin.getByRole('link', { name: 'lead.captured' }).first().click();
    await admin.getByText('onerror=').first().waitFor();
    expect(crm.requests).toHaveLength(2);
  });

  test('without a page of its own to lead to shows thanks, and the way back', async () => {
    const { url } = await makeSource();
    const visitor = await browser.openAs(null);
    content = `<form action="${url}" method="post" enctype="multipart/form-data">
      <label>Email <input name="email"></label><button>Send</button></form>`;
    await visitor.goto(`${site.origin}/contact`);
    await visitor.getByLabel('Email').fill('multipart@example.com');
    await visitor.getByRole('button', { name: 'Send' }).click();
    await visitor.getByRole('heading', { name: 'Thank you' }).waitFor();
    await visitor.getByRole('link', { name: `Back to ${new URL(site.origin).host}` }).click();
    expect(visitor.url()).toBe(`${site.origin}/`);
    await expect
      .poll(() => leads().some(({ email }) => email === 'multipart@example.com'))
      .toBe(true);
  });

  test('that is not allowed stores nothing: neither a plain form nor a script nor JSON', async () => {
    const { url } = await makeSource();
    const before = await storedCount();
    const visitor = await browser.openAs(null);
    content = `<form action="${url}" method="post"><input name="email" value="x@example.com">
      <button>Send</button></form>`;
    await visitor.goto(`${otherSite.origin}/contact`);
    await visitor.getByRole('button', { name: 'Send' }).click();
    await visitor.getByRole('heading', { name: 'This form is not connected' }).waitFor();

    await visitor.goto(`${otherSite.origin}/contact`);
    const tried = await visitor.evaluate<string[]>(`(async () => {
      const send = async (init) => {
        try {
          return String((await fetch('${url}', { method: 'POST', ...init })).status);
        } catch (error) {
          return error.name;
        }
      };
      const fields = new URLSearchParams({ email: 'x@example.com' });
      return [
        await send({ body: fields }),
        await send({ body: '{"email":"x"}', headers: { 'content-type': 'application/json' } }),
        await send({ body: fields, mode: 'no-cors' }),
        await send({ body: fields, credentials: 'include' }),
      ];
    })()`);
    // The browser keeps the answer from the script; what counts is what is stored.
    expect(tried).toEqual(['TypeError', 'TypeError', expect.any(String), 'TypeError']);
    expect(await storedCount()).toBe(before);
  });

  test('may send JSON and read the answer where it is allowed', async () => {
    const { url } = await makeSource({ redirectUrl: `${site.origin}/thanks` });
    const visitor = await browser.openAs(null);
    await visitor.goto(`${site.origin}/contact`);
    const answer = await visitor.evaluate<object>(`(async () => {
      const answer = await fetch('${url}', {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ email: 'json@example.com', seats: 4 }),
      });
      return { status: answer.status, body: await answer.json() };
    })()`);
    expect(answer).toEqual({
      status: 200,
      body: { received: true, redirectUrl: `${site.origin}/thanks` },
    });
    await expect
      .poll(() => leads().at(-1))
      .toMatchObject({
        email: 'json@example.com',
        answers: { seats: 4 },
      });
  });
});

test('A form source is changed and deleted in the dashboard', async () => {
  const { id } = await makeSource({ honeypot: 'website' });
  await product.current.call(`PATCH /v1/sources/${id}`, { name: 'Old form' });
  const page = await browser.openAs(ADMIN);
  await page.goto('/settings/sources');
  const row = page.getByRole('listitem', { name: 'Old form' });
  await row.getByRole('button', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Campaign is the field').fill('utm_campaign');
  await dialog.getByLabel('Trap field').fill('');
  await dialog.getByLabel('Page after sending').fill('nowhere');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('must be a whole https address').waitFor();
  await dialog.getByLabel('Page after sending').fill('https://www.example.com/thanks');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('“Old form” is saved.').waitFor();
  expect((await product.current.call<Source>(`GET /v1/sources/${id}`)).settings).toEqual({
    allowedOrigins: [site.origin],
    fields: { name: 'name', email: 'email', campaign: 'utm_campaign' },
    redirectUrl: 'https://www.example.com/thanks',
  });

  await row.getByRole('button', { name: 'Form code' }).click();
  await page.getByRole('dialog').getByText('name="utm_campaign"').first().waitFor();
  await page.keyboard.press('Escape');
  await row.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await row.waitFor({ state: 'detached' });
});
