import { createHmac } from 'node:crypto';

/** Signs as the contract's table of headers says, on its own: neither the sdk nor the server is asked. */
export function signed(body: string, secret: string, now = new Date()) {
  const id = 'evt_0123456789abc';
  const seconds = String(Math.floor(now.getTime() / 1000));
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const base64 = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return {
    'X-Sydx-Signature': createHmac('sha256', secret).update(body).digest('hex'),
    'webhook-id': id,
    'webhook-timestamp': seconds,
    'webhook-signature': `v1,${base64}`,
  };
}

export const SECRET = `whsec_${'0123456789abcdef'.repeat(4)}`;
export const OTHER_SECRET = `whsec_${'fedcba9876543210'.repeat(4)}`;

/** The product document's own payload. */
export const BODY = JSON.stringify({
  event: 'message.received',
  timestamp: '2026-03-25T08:22:50.254Z',
  tenantId: 'your-tenant-id',
  data: {
    contact: '919876543210',
    name: 'John Doe',
    body: "Hello, I'm interested in your product",
    type: 'text',
  },
});
