import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliveryHeaders } from '../../src/signing/headers.ts';
import { prepareSigner } from '../../src/signing/signature.ts';
import { DOCUMENT_PATH, EXAMPLE, EXAMPLE_SECRET, exampleApp } from './product-document.ts';

let server: Server;
let url: string;
beforeAll(async () => {
  server = exampleApp().listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`;
});
afterAll(() => server.close());

describe('the Node.js example of the product document, in Express with express.json()', () => {
  it('stands in the document word for word', () => {
    expect(readFileSync(DOCUMENT_PATH, 'utf8')).toContain(EXAMPLE);
  });

  it('accepts a delivery', async () => {
    const body = bodyWith("Hello, I'm interested in your product ✓ नमस्ते");
    const response = await deliver(body, EXAMPLE_SECRET);
    expect([response.status, await response.json()]).toEqual([200, { received: true }]);
  });

  it('accepts the largest delivery there is, 96 KiB', async () => {
    const body = bodyWith('x'.repeat(96 * 1024 - bodyWith('').length));
    expect(body).toHaveLength(96 * 1024);
    expect((await deliver(body, EXAMPLE_SECRET)).status).toBe(200);
  });

  it('answers 401 to a delivery that another secret signed', async () => {
    const response = await deliver(bodyWith('Hello'), 'whsec_somebody_elses');
    expect([response.status, await response.json()]).toEqual([401, { error: 'Invalid signature' }]);
  });

  it('answers 401 to a body that was changed on the way', async () => {
    const changed = bodyWith('Goodbye');
    const response = await deliver(bodyWith('Hello'), EXAMPLE_SECRET, changed);
    expect(response.status).toBe(401);
  });
});

function bodyWith(text: string): string {
  return JSON.stringify({
    event: 'message.received',
    timestamp: '2026-03-25T08:22:50.254Z',
    tenantId: 'your-tenant-id',
    data: { contact: '919876543210', name: 'John Doe', body: text, type: 'text' },
  });
}

function deliver(body: string, secret: string, sent = body): Promise<Response> {
  const headers = deliveryHeaders({
    signer: prepareSigner(secret),
    eventType: 'message.received',
    timestamp: '2026-03-25T08:22:50.254Z',
    deliveryId: 'dlv_02qbt8v3jm0c1',
    eventId: 'evt_02qbt8v3jm0c1',
    attempt: 1,
    unixSeconds: Math.floor(Date.now() / 1000),
    body,
  });
  return fetch(url, { method: 'POST', body: sent, headers });
}
