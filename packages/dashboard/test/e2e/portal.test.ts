import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useBrowser } from './kit/browser.ts';
import { useProduct } from './kit/product.ts';

/** A site that shows the portal in a frame. */
async function startSite(): Promise<{ server: Server; origin: string }> {
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://site');
    response.setHeader('content-type', 'text/html');
    response.end(
      `<!doctype html><title>CRM</title><iframe width="1200" height="800" src="${searchParams.get('show')}"></iframe>`,
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // Another site than 127.0.0.1, as a CRM is: no cookie travels into the frame.
  return { server, origin: `http://localhost:${(server.address() as AddressInfo).port}` };
}

const crm = await startSite();
const stranger = await startSite();
afterAll(() => {
  crm.server.close();
  stranger.server.close();
});

const product = useProduct({ PORTAL_ORIGINS: crm.origin });
const browser = useBrowser(product);

async function makeLink(): Promise<string> {
  const { url } = await product.current.call<{ url: string }>('POST /v1/portal-links');
  return url;
}

describe('A portal link', () => {
  beforeAll(async () => {
    const url = 'https://hooks.zapier.com/hooks/catch/1/portal';
    // Nothing is sent there: the portal only has to show it.
    await product.current.createWebhook(
      'Zapier New Message',
      `${crm.origin}${new URL(url).pathname}`,
      'message.received',
    );
  });

  test('opens the same pages as an admin, once, and takes its token out of the address bar', async () => {
    const link = await makeLink();
    const page = await browser.openAs(null);
    await page.goto(link);
    await page.getByRole('listitem', { name: 'Zapier New Message' }).waitFor();
    expect(page.url()).toBe(`${product.current.address}/settings/webhooks`);
    await page.getByRole('link', { name: 'Delivery Logs' }).click();
    await page.getByText('No deliveries yet').waitFor();
    for (const place of ['Sources', 'API keys', 'Members']) {
      expect(await page.getByRole('link', { name: place }).count()).toBe(0);
    }
    await page.goto('/settings/members');
    await page.getByRole('button', { name: 'Create Webhook' }).waitFor();

    const second = await browser.openAs(null);
    await second.goto(link);
    await second.getByText('Open this page from your CRM again').waitFor();
  });

  test('works inside an iframe of an origin in PORTAL_ORIGINS', async () => {
    const page = await browser.openAs(null);
    await page.goto(`${crm.origin}/?show=${encodeURIComponent(await makeLink())}`);
    const frame = page.frameLocator('iframe');
    await frame.getByRole('listitem', { name: 'Zapier New Message' }).waitFor();
    await frame.getByRole('button', { name: 'Create Webhook' }).click();
    await frame.getByRole('dialog').getByLabel('Name').waitFor();
  });

  test('is refused by the browser inside an iframe of any other origin', async () => {
    const page = await browser.openAs(null);
    const refusals: string[] = [];
    page.on('console', (message) => refusals.push(message.text()));
    await page.goto(`${stranger.origin}/?show=${encodeURIComponent(await makeLink())}`);
    await expect.poll(() => refusals.join('\n')).toContain('frame-ancestors');
    expect(await page.frameLocator('iframe').getByText('Outbound Webhooks').count()).toBe(0);
  });

  test('sign-in is framed by nobody, not even by the CRM', async () => {
    const page = await browser.openAs(null);
    const refusals: string[] = [];
    page.on('console', (message) => refusals.push(message.text()));
    const signIn = `${product.current.address}/sign-in`;
    await page.goto(`${crm.origin}/?show=${encodeURIComponent(signIn)}`);
    await expect.poll(() => refusals.join('\n')).toContain('frame-ancestors');
  });
});
