import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Receiver, startReceiver } from '../../../server/test/kit/receivers.ts';
import { useBrowser } from './kit/browser.ts';
import { verifyWebhookSignature } from './kit/document.ts';
import { ADMIN, useProduct } from './kit/product.ts';

const product = useProduct();
const browser = useBrowser(product);

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());

describe('Setting up an outbound webhook', () => {
  test('steps 1 to 4: navigate, create, copy the secret, test', async () => {
    const page = await browser.openAs(null);

    // Step 1: Navigate to Settings
    await page.goto('/');
    await page.getByLabel('Email').fill(ADMIN.email);
    await page.getByLabel('Password', { exact: true }).fill(ADMIN.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    const sidebar = page.getByRole('navigation', { name: 'Settings' });
    await sidebar.getByRole('link', { name: 'Settings' }).click();
    await sidebar.getByRole('link', { name: 'Outbound Webhooks' }).click();
    await page.getByRole('heading', { name: 'Outbound Webhooks' }).waitFor();

    // Step 2: Create a Webhook
    await page.getByRole('button', { name: 'Create Webhook' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('n8n Lead Alert');
    await dialog.getByLabel('URL').fill(`${receiver.origin}/webhook/lead`);
    await dialog.getByRole('checkbox', { name: 'lead.captured' }).check();
    await dialog.getByRole('checkbox', { name: 'message.received' }).check();
    await dialog.getByRole('button', { name: 'Create', exact: true }).click();

    // Step 3: Copy Your Secret
    const field = dialog.getByRole('group', { name: 'Webhook secret' });
    const secret = await field.locator('code').innerText();
    expect(secret).toMatch(/^whsec_[0-9A-Za-z+/=]{32,}$/);
    await dialog.getByText('The full secret is only shown once').waitFor();
    await page.keyboard.press('Escape');
    await dialog.getByRole('button', { name: 'Done' }).click();
    expect(await page.content()).not.toContain(secret);
    await page.reload();

    // Step 4: Test the Connection
    const webhook = page.getByRole('listitem', { name: 'n8n Lead Alert' });
    await webhook.getByRole('button', { name: 'Test' }).click();
    const outcome = webhook.getByRole('status', { name: 'Result of the test' });
    await outcome.getByText(/^200 · test\.ping was received in \d+ ms$/).waitFor();
    await outcome.getByText('{"received":true}').waitFor();

    const [ping] = receiver.requests;
    expect(ping).toMatchObject({
      method: 'POST',
      path: '/webhook/lead',
      headers: {
        'content-type': 'application/json',
        'x-sydx-event': 'test.ping',
        'user-agent': 'SydxAI-Webhook/1.0',
      },
    });
    const payload = JSON.parse(ping!.body.toString());
    expect(payload).toMatchObject({ event: 'test.ping', tenantId: 'acme' });
    const signature = String(ping!.headers['x-sydx-signature']);
    expect(verifyWebhookSignature(payload, signature, secret)).toBe(true);

    // Shown once: neither a reload nor any later answer has it.
    expect(await page.content()).not.toContain(secret);
    const later = await product.current.call('GET /v1/webhooks');
    expect(JSON.stringify(later)).not.toContain(secret.slice('whsec_'.length));
  });

  test('the URL must be HTTPS and public: said while it is typed', async () => {
    const page = await browser.openAs(ADMIN);
    await page.goto('/settings/webhooks');
    await page.getByRole('button', { name: 'Create Webhook' }).click();
    const url = page.getByRole('dialog').getByLabel('URL');
    await url.fill('http://example.com/webhook');
    await page.getByText('The URL must start with https://.').waitFor();
    await url.fill('https://192.168.1.10/webhook');
    await page.getByText('leads to a private or reserved address').waitFor();
    await url.fill('https://n8n.example.com/webhook-test/1');
    await page.getByText('Copy the Production URL').waitFor();
  });

  test('the server’s own verdict stands at the field', async () => {
    const page = await browser.openAs(ADMIN);
    await page.goto('/settings/webhooks');
    await page.getByRole('button', { name: 'Create Webhook' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Inward');
    await dialog.getByLabel('URL').fill('https://10.0.0.1/webhook');
    await dialog.getByRole('button', { name: 'Select all' }).click();
    await dialog.getByText('11 of 11 selected').waitFor();
    await dialog.getByRole('button', { name: 'Create', exact: true }).click();
    await dialog.getByText(/private|reserved/).waitFor();
    expect(await dialog.getByLabel('URL').getAttribute('aria-invalid')).toBe('true');
  });

  test('an endpoint that fails the test says what to do about it', async () => {
    const failing = await startReceiver((_request, response) => {
      response.statusCode = 401;
      response.end('{"error":"Invalid signature"}');
    });
    await product.current.createWebhook('Strict server', failing.origin, 'lead.captured');
    const page = await browser.openAs(ADMIN);
    await page.goto('/settings/webhooks');
    const webhook = page.getByRole('listitem', { name: 'Strict server' });
    await webhook.getByRole('button', { name: 'Test' }).click();
    const outcome = webhook.getByRole('status', { name: 'Result of the test' });
    await outcome.getByText(/^401 · /).waitFor();
    await outcome.getByText(/check your signature verification/i).waitFor();
    await outcome.getByText('{"error":"Invalid signature"}').waitFor();
    await failing.close();
  });

  test('the keyboard alone creates a webhook', async () => {
    const page = await browser.openAs(ADMIN);
    await page.goto('/settings/webhooks');
    await page.getByRole('button', { name: 'Create Webhook' }).waitFor();
    const { keyboard } = page;
    /** Tabs on until something named so has the focus, as a person does who sees it move. */
    const tabTo = async (name: string | RegExp, role: 'button' | 'textbox' | 'checkbox') => {
      const wanted = page.getByRole(role, { name, exact: true });
      for (let presses = 0; presses < 60; presses += 1) {
        if (await wanted.evaluateAll((found) => found.some((one) => one.matches(':focus')))) return;
        await keyboard.press('Tab');
      }
      throw new Error(`Tab never came to ${name}.`);
    };
    await tabTo('Create Webhook', 'button');
    await keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await tabTo('Name', 'textbox');
    await keyboard.type('By keyboard');
    await tabTo('URL', 'textbox');
    await keyboard.type(`${receiver.origin}/keyboard`);
    await tabTo(/^contact\.created/, 'checkbox');
    await keyboard.press('Space');
    await tabTo('Create', 'button');
    await keyboard.press('Enter');
    await page.getByText('The full secret is only shown once').waitFor();
    await tabTo('Done', 'button');
    await keyboard.press('Enter');
    await page.getByRole('listitem', { name: 'By keyboard' }).waitFor();
    const { data } = await product.current.call<{ data: { name: string; events: string[] }[] }>(
      'GET /v1/webhooks',
    );
    expect(data.find(({ name }) => name === 'By keyboard')?.events).toEqual(['contact.created']);
  });
});
