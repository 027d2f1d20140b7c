import { expect, test } from 'vitest';
import { deliveryHeaders } from '../../../packages/server/src/signing/headers.ts';
import { prepareSigner } from '../../../packages/server/src/signing/signature.ts';
import { judge } from '../nodes/SydxTrigger/signature.ts';

const SECRET = `whsec_${'0f'.repeat(32)}`;
const SIGNED_AT_MS = 1_774_427_000_000;
const text = '{"event":"message.received","data":{"body":"Grüße 👋"}}';
const body = Buffer.from(text);
const headers: Record<string, string> = Object.fromEntries(
  Object.entries(
    deliveryHeaders({
      signer: prepareSigner(SECRET),
      eventType: 'message.received',
      timestamp: '2026-03-25T08:22:50.254Z',
      deliveryId: 'dlv_1',
      eventId: 'evt_1',
      attempt: 1,
      unixSeconds: SIGNED_AT_MS / 1000,
      body: text,
    }),
  ).map(([name, value]) => [name.toLowerCase(), value]),
);

test('what the product signs is genuine', () => {
  expect(judge(body, headers, SECRET, SIGNED_AT_MS)).toBe('genuine');
  const several = { ...headers, 'webhook-signature': `v1,old ${headers['webhook-signature']}` };
  expect(judge(body, several, SECRET, SIGNED_AT_MS)).toBe('genuine');
});

test('both signatures have to hold, over every byte, under this secret', () => {
  const other = `whsec_${'1e'.repeat(32)}`;
  expect(judge(body, headers, other, SIGNED_AT_MS)).toBe('forged');
  expect(judge(Buffer.concat([body, Buffer.from(' ')]), headers, SECRET, SIGNED_AT_MS)).toBe(
    'forged',
  );
  for (const name of ['x-sydx-signature', 'webhook-signature', 'webhook-id', 'webhook-timestamp']) {
    const changed = { ...headers, [name]: `${headers[name]}0` };
    expect(judge(body, changed, SECRET, SIGNED_AT_MS), name).toBe('forged');
    const { [name]: _, ...without } = headers;
    expect(judge(body, without, SECRET, SIGNED_AT_MS), name).toBe('unsigned');
  }
});

test('five minutes later it is a replay', () => {
  expect(judge(body, headers, SECRET, SIGNED_AT_MS + 300_000)).toBe('genuine');
  expect(judge(body, headers, SECRET, SIGNED_AT_MS + 300_001)).toBe('stale');
  expect(judge(body, headers, SECRET, SIGNED_AT_MS - 300_001)).toBe('stale');
});
