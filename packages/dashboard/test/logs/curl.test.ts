import { execFile } from 'node:child_process';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { verify } from '@sydx/sdk';
import { expect, test } from 'vitest';
import { curlCommand } from '../../src/pages/logs/detail/curl.ts';

const run = promisify(execFile);
const SECRET = `whsec_${'0123456789abcdef'.repeat(4)}`;

/** A receiver that keeps what it got. */
async function receiver() {
  const got: { body: string; headers: IncomingHttpHeaders }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      got.push({ body: Buffer.concat(chunks).toString(), headers: request.headers });
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { got, url: `http://127.0.0.1:${port}/it's?a[]={1,2}`, close: () => server.close() };
}

const payload = JSON.stringify({
  event: 'message.received',
  timestamp: '2026-03-25T08:22:50.254Z',
  tenantId: 'acme',
  data: { contact: null, userId: 'u', body: 'It\'s $5 `now`! \\ "so" \n नमस्ते 👋', type: 'text' },
});

function sentTo(url: string) {
  return {
    url,
    headers: {
      'Content-Type': 'application/json',
      'X-Sydx-Event': 'message.received',
      'X-Sydx-Timestamp': '2026-03-25T08:22:50.254Z',
      'X-Sydx-Signature': '362bb526…',
      'webhook-id': 'evt_0000000000001',
      'webhook-timestamp': '1774426970',
      'webhook-signature': 'v1,Zm9vYmFy…',
    },
  };
}

test.for(['bash', 'sh'])(
  'a delivery copied as curl verifies at the receiver, in %s',
  async (shell) => {
    const { got, url, close } = await receiver();
    try {
      const command = curlCommand({ request: sentTo(url) }, payload);
      await run(shell, ['-c', command], { env: { ...process.env, WEBHOOK_SECRET: SECRET } });
    } finally {
      close();
    }
    expect(got).toHaveLength(1);
    const { body, headers } = got[0]!;
    expect(body).toBe(payload);
    expect(headers['x-sydx-signature']).toMatch(/^[0-9a-f]{64}$/);
    expect(verify(body, headers, SECRET, { requireStandard: true }).event).toBe('message.received');
  },
);

test('without $WEBHOOK_SECRET nothing is sent, and it says what to set', async () => {
  const { got, url, close } = await receiver();
  try {
    const { WEBHOOK_SECRET: _, ...env } = process.env;
    const command = curlCommand({ request: sentTo(url) }, payload);
    await expect(run('bash', ['-c', command], { env })).rejects.toThrow('export WEBHOOK_SECRET');
  } finally {
    close();
  }
  expect(got).toHaveLength(0);
});
