import { createAppTester } from 'zapier-platform-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useProduct } from '../../../packages/dashboard/test/e2e/kit/product.ts';
import { type Receiver, startReceiver } from '../../../packages/server/test/kit/receivers.ts';
import { authentication } from '../src/authentication.ts';
import App from '../src/index.ts';

const product = useProduct();
const run = createAppTester(App);

let stranger: Receiver;
beforeAll(async () => {
  stranger = await startReceiver((_request, response) => {
    response.end('<h1>Hello</h1>');
  });
});
afterAll(() => stranger.close());

async function keyWith(...scopes: string[]): Promise<string> {
  const body = { name: 'Zapier', scopes };
  return (await product.current.call<{ key: string }>('POST /v1/api-keys', body)).key;
}

async function connect(apiKey: string, baseUrl = product.current.address): Promise<unknown> {
  return run(authentication.test, { authData: { baseUrl, apiKey } });
}

test('connects with a key of both scopes, by the address of the server or of any page of its settings', async () => {
  const key = await keyWith('webhooks:admin', 'deliveries:read');
  const { host } = new URL(product.current.address);
  expect(await connect(key)).toEqual({ host });
  expect(await connect(key, ` ${product.current.address}/`)).toEqual({ host });
  const page = `${product.current.address}/settings/webhooks/logs?status=failed#top`;
  expect(await connect(key, page)).toEqual({ host });
});

test('says why it does not connect', async () => {
  await expect(connect('sydx_wrong')).rejects.toThrow(/does not know this API key/);
  await expect(connect(await keyWith('webhooks:admin'))).rejects.toThrow(/deliveries:read/);
  await expect(connect(await keyWith('deliveries:read'))).rejects.toThrow(/webhooks:admin/);
  await expect(connect('sydx_any', stranger.origin)).rejects.toThrow(/does not answer as Sydx AI/);
  await expect(connect('sydx_any', 'crm.example.com')).rejects.toThrow(/Enter the address/);
  await expect(connect('sydx_any', 'http://crm.example.com')).rejects.toThrow(/https:/);
});

test('sends the key to the address that was entered, and not where that redirects to', async () => {
  const thief = await startReceiver();
  const redirecting = await startReceiver((_request, response) => {
    response.writeHead(302, { location: `${thief.origin}/v1/webhooks` }).end();
  });
  await expect(connect('sydx_any', redirecting.origin)).rejects.toThrow(/does not answer as Sydx/);
  expect(thief.requests).toEqual([]);
  await thief.close();
  await redirecting.close();
});
