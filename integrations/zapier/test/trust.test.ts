import type { Bundle } from 'zapier-platform-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useProduct } from '../../../packages/dashboard/test/e2e/kit/product.ts';
import type { ReceivedRequest } from '../../../packages/server/test/kit/receivers.ts';
import { type AuthData, hookOf, startZapier, type Zap, type Zapier } from './kit/zapier.ts';

const PATIENCE = { timeout: 60_000 };

const product = useProduct({ RETRY_SCHEDULE: '1' });

let authData: AuthData;
let zapier: Zapier;
beforeAll(async () => {
  const scopes = ['webhooks:admin', 'deliveries:read'];
  const body = { name: 'Zapier', scopes };
  const { key } = await product.current.call<{ key: string }>('POST /v1/api-keys', body);
  authData = { baseUrl: product.current.address, apiKey: key };
  zapier = await startZapier(authData);
});
afterAll(() => zapier?.close());

/** Posts to a Zap's URL what somebody else made. */
async function forge(zap: Zap, { headers, body }: Pick<ReceivedRequest, 'headers' | 'body'>) {
  const kept = Object.entries(headers).filter(([name]) => /^(x-sydx|webhook)-/.test(name));
  const sent = Object.fromEntries(kept) as Record<string, string>;
  const before = zap.refused.length + zap.runs.length;
  await fetch(zap.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...sent },
    body: new Uint8Array(body),
  });
  await expect.poll(() => zap.refused.length + zap.runs.length, PATIENCE).toBe(before + 1);
}

async function delivered(zap: Zap, changes: object = {}): Promise<ReceivedRequest> {
  const before = zap.requests.length;
  await product.current.publish('lead.captured', changes);
  await expect.poll(() => zap.runs.length + zap.refused.length, PATIENCE).toBe(before + 1);
  const request = zap.requests.at(-1);
  if (request === undefined) throw new Error('Nothing arrived.');
  return request;
}

test('what is not from the account starts no Zap, and its history says why', async () => {
  const zap = await zapier.turnOn('lead_captured');
  const other = await zapier.turnOn('lead_captured');
  const { headers, body } = await delivered(zap);
  await expect.poll(() => other.runs.length, PATIENCE).toBe(1);
  const foreign = other.requests[0]!;
  const changed = Buffer.from(body.toString().replace('Priya', 'Prya!'));
  const { 'x-sydx-delivery': _, ...withoutId } = headers;
  const forgeries = [
    { headers: {}, body },
    { headers, body: changed },
    { headers: { ...headers, 'x-sydx-signature': 'f'.repeat(64) }, body: changed },
    { headers: { ...withoutId, 'webhook-signature': 'v1,AAAA' }, body },
    { headers: { ...headers, 'x-sydx-delivery': '../webhooks', 'x-sydx-signature': '' }, body },
    // Genuine, and for another webhook.
    foreign,
  ];
  for (const forgery of forgeries) await forge(zap, forgery);
  expect(zap.runs).toHaveLength(1);
  expect(zap.refused).toHaveLength(forgeries.length);
  for (const error of zap.refused) {
    expect(error.name).toBe('HaltedError');
    expect(error.message).toContain('Not from Sydx AI');
  }
  await zap.turnOff();
  await other.turnOff();
});

test('after a rotation no event is lost: the account is asked, until the Zap is turned off and on', async () => {
  const zap = await zapier.turnOn('lead_captured');
  await delivered(zap, { name: 'before' });
  await product.current.call(`POST /v1/webhooks/${zap.subscription.id}/rotate-secret`);
  await delivered(zap, { name: 'after' });
  expect(zap.refused).toEqual([]);
  expect(zap.runs.map(({ data }) => (data as { name: string }).name)).toEqual(['before', 'after']);

  // What the account is asked is whether it knows the delivery: it does not know this one.
  const { headers, body } = zap.requests.at(-1)!;
  await forge(zap, { headers, body: Buffer.from(body.toString().replace('after', 'other')) });
  expect(zap.refused).toHaveLength(1);

  await zap.turnOff();
  const again = await zapier.turnOn('lead_captured');
  expect(again.subscription.secret).not.toBe(zap.subscription.secret);
  await delivered(again);
  expect(again.runs).toHaveLength(1);
  await again.turnOff();
});

test('a Zap that is gone without a word answers 410, which deletes its webhook, and unsubscribing is fine', async () => {
  const zap = await zapier.turnOn('lead_captured');
  const path = `GET /v1/webhooks/${zap.subscription.id}`;
  expect(await product.current.call(path)).toMatchObject({ integration: 'zapier' });
  zap.vanish();
  await product.current.publish('lead.captured');
  await expect
    .poll(async () => product.current.call(path).then(String, String), PATIENCE)
    .toContain('404');
  const [entry] = (
    await product.current.call<{ data: { actor: object; object: object }[] }>(
      'GET /v1/audit-log?action=webhook.deleted&limit=1',
    )
  ).data;
  expect(entry).toMatchObject({
    actor: { kind: 'receiver' },
    object: { id: zap.subscription.id, name: 'Zapier: Lead Captured' },
  });
  await zap.turnOff();
});

test('says in the API’s own words why a Zap cannot be turned on', async () => {
  const bundle = { authData, inputData: {}, targetUrl: 'http://10.0.0.1/hook' };
  const { performSubscribe } = hookOf('lead_captured');
  await expect(zapier.run(performSubscribe, bundle as unknown as Bundle)).rejects.toThrow(
    /private or reserved/,
  );
});
