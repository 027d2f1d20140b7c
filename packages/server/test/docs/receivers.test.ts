import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findReceiverProgram } from '../../../../scripts/test-programs.ts';
import { prepareSigner } from '../../src/signing/signature.ts';
import { freePort } from '../kit/free-port.ts';
import { EXAMPLE } from '../signing/product-document.ts';
import { blocksOf, DOCUMENTS, readDocument } from './blocks.ts';
import {
  type DocumentedProduct,
  startDocumentedProduct,
  stopDocumentedProduct,
} from './product.ts';
import { BODY, breakOff, headersOf, post, signed } from './receivers/requests.ts';
import { isListening, prepare, programOf, type Receiver, start, stop } from './receivers/run.ts';
import { writtenTable } from './receivers/table.ts';

const OTHER_SECRET = `whsec_${'0f'.repeat(32)}`;

const receivers = DOCUMENTS.flatMap(blocksOf).filter(({ mark }) => mark.startsWith('receiver'));

interface Created {
  readonly id: string;
  readonly secret: string;
}

interface Delivery {
  readonly status: string;
  readonly statusCode: number | null;
  readonly attemptCount: number;
}

let product: DocumentedProduct;
beforeAll(async () => {
  product = await startDocumentedProduct({
    // As docs/engineers/verify.md says for receivers on the same machine.
    ALLOW_HTTP_TARGETS: 'true',
    ALLOW_TARGET_NETWORKS: '127.0.0.0/8',
    RETRY_SCHEDULE: '1,1,2,3,5,8,13,21',
  });
});
afterAll(() => stopDocumentedProduct(product));

test('the table of verify.md has every receiver, and says which are run', () => {
  const table = readDocument('docs/engineers/verify.md');
  for (const row of writtenTable()) expect(table).toContain(row);
  expect(table.match(/^\| \[.*\]\(verify\/\w+\.md#.*$/gm)).toEqual(writtenTable());
});

test("the product document's example stands there as it is", () => {
  const bare = (text: string) => text.replaceAll(/\s/g, '');
  const [example] = receivers.filter(({ mark }) => mark.includes('hex-only'));
  expect(bare(example?.code ?? '')).toContain(bare(EXAMPLE));
});

for (const block of receivers) {
  const { file, line, language, mark } = block;
  const program = programOf(block);
  const isThere = program === null || findReceiverProgram(program).path !== null;
  // Counted as skipped, by name, on a machine without the language.
  describe.runIf(isThere)(`${file}:${line}, in ${program ?? language}`, () => {
    let webhook: Created;
    let secret: string;
    let url: string;
    let port: number;
    let receiver: Receiver;
    let command: ReturnType<typeof prepare>;

    const isHexOnly = mark.includes('hex-only');
    const isStandardOnly = mark.includes('standard-only');
    /** The product document's example throws at what is not signed. */
    const unsigned = isHexOnly ? 500 : 401;

    async function run(withSecret: string): Promise<Receiver> {
      const started = start({ block, command, port, secret: withSecret });
      if (await isListening(url, started)) return started;
      throw new Error(`The receiver ended: ${started.output()}`);
    }

    beforeAll(async () => {
      port = await freePort();
      url = `http://127.0.0.1:${port}/webhook`;
      command = prepare(block, product.machine.path(`receiver-${port}`));
      webhook = await product.call<Created>('POST', '/v1/webhooks', {
        name: `${file}:${line}`,
        url,
        events: ['message.received'],
      });
      secret = webhook.secret;
      receiver = await run(secret);
    }, 300_000);
    afterAll(async () => {
      await stop(receiver);
      await product.call('PATCH', `/v1/webhooks/${webhook.id}`, { enabled: false });
    });

    const pressTest = () => product.call<Delivery>('POST', `/v1/webhooks/${webhook.id}/test`);

    test('accepts a Test', async () => {
      expect(await pressTest()).toMatchObject({ status: 'success' });
    });

    test('accepts a real delivery, whatever its text', async () => {
      const { id } = await publish({ 'a/b': [1.5, null, { deep: [] }] });
      await expect.poll(() => deliveryOf(id, webhook.id)).toMatchObject({ status: 'success' });
    });

    test('lives on when a request breaks off', async () => {
      await breakOff(url, signed(secret));
      expect(await pressTest()).toMatchObject({ status: 'success' });
    });

    test('refuses what was changed on the way, and what another secret signed', async () => {
      const genuine = signed(secret);
      expect(Math.floor(Number(await post(url, BODY, genuine)) / 100)).toBe(2);
      expect(await post(url, BODY.replace('Hello', 'Hullo'), genuine)).toBe(401);
      expect(await post(url, `${BODY} `, genuine)).toBe(isHexOnly ? 200 : 401);
      expect(await post(url, BODY, signed(OTHER_SECRET))).toBe(401);
    });

    test('refuses what is not signed', async () => {
      expect(await post(url, BODY, { 'Content-Type': 'application/json' })).toBe(unsigned);
    });

    test.skipIf(isHexOnly)('refuses what has no body, and a time of any length', async () => {
      const genuine = signed(secret);
      expect(await post(url, '', genuine)).toBe(401);
      const { 'Content-Type': _type, ...bare } = genuine;
      expect(await post(url, undefined, bare)).toBe(401);
      const late = { ...genuine, 'webhook-timestamp': '9'.repeat(5_000) };
      expect(await post(url, BODY, late)).toBe(401);
    });

    test.runIf(/csharp|java$/.test(language))('reads no more than 1 MiB', async () => {
      expect([413, null]).toContain(await post(url, BODY.padEnd(1_100_000), signed(secret)));
      expect(await pressTest()).toMatchObject({ status: 'success' });
    });

    test.skipIf(isHexOnly)('checks the signature of Standard Webhooks', async () => {
      const genuine = signed(secret);
      const { 'webhook-signature': other = '' } = signed(OTHER_SECRET);
      const { 'webhook-signature': own = '', ...without } = genuine;
      expect(await post(url, BODY, without)).toBe(401);
      expect(await post(url, BODY, { ...genuine, 'webhook-signature': other })).toBe(401);
      expect(await post(url, BODY, { ...genuine, 'webhook-id': 'evt_other' })).toBe(401);
      // As a sender may do during a rotation.
      for (const both of [`${other} ${own}`, `${own} ${other}`, `v2,unknown ${own}`]) {
        const status = await post(url, BODY, { ...genuine, 'webhook-signature': both });
        expect(Math.floor(Number(status) / 100)).toBe(2);
      }
    });

    test.skipIf(isStandardOnly)('checks X-Sydx-Signature', async () => {
      const genuine = signed(secret);
      const { 'X-Sydx-Signature': other = '' } = signed(OTHER_SECRET);
      const { 'X-Sydx-Signature': _own, ...without } = genuine;
      // The SDK asks that what is there holds; the other signature is.
      const status = await post(url, BODY, without);
      expect(status).toBe(mark.includes('sdk') ? 204 : unsigned);
      expect(await post(url, BODY, { ...genuine, 'X-Sydx-Signature': other })).toBe(401);
      expect(await post(url, BODY, { ...genuine, 'X-Sydx-Signature': 'é' })).toBe(unsigned);
    });

    test.skipIf(isHexOnly)(
      'refuses what was recorded ten minutes ago, or comes too early',
      async () => {
        expect(await post(url, BODY, signed(secret, 600))).toBe(401);
        expect(await post(url, BODY, signed(secret, -600))).toBe(401);
        for (const time of ['', 'soon', '1e99', '-1'])
          expect(await post(url, BODY, { ...signed(secret), 'webhook-timestamp': time })).toBe(401);
      },
    );

    test('refuses after a rotation, and loses nothing once it has the new secret', async () => {
      const path = `/v1/webhooks/${webhook.id}/rotate-secret`;
      const rotated = await product.call<Created>('POST', path);
      expect(await pressTest()).toMatchObject({ status: 'failed', statusCode: 401 });
      const { id } = await publish({});
      await expect
        .poll(async () => (await deliveryOf(id, webhook.id))?.attemptCount)
        .toBeGreaterThan(0);

      await stop(receiver);
      // What it did with the events before: it read them.
      expect(receiver.output()).toContain('message.received');
      expect(receiver.output()).not.toMatch(/exception|traceback/i);
      secret = rotated.secret;
      receiver = await run(secret);
      const limit = { timeout: 50_000 };
      await expect
        .poll(() => deliveryOf(id, webhook.id), limit)
        .toMatchObject({ status: 'success' });
      expect(await post(url, BODY, signed(webhook.secret))).toBe(401);
    });

    test.skipIf(isHexOnly)('believes nobody while it has no secret', async () => {
      await stop(receiver);
      receiver = start({ block, command, port, secret: '' });
      if (!(await isListening(url, receiver))) return;
      const statuses = [signed('whsec_'), headersOf(emptySigner)].map((headers) =>
        post(url, BODY, headers),
      );
      for (const status of await Promise.all(statuses)) expect(status).toBeGreaterThanOrEqual(400);
    });
  });
}

/** What anyone can sign with: nothing. */
const emptySigner = prepareSigner('');

function publish(more: Readonly<Record<string, unknown>>): Promise<{ id: string }> {
  const body = 'नमस्ते ✓ </script> "\\\u2028 é 👩‍👩‍👧';
  return product.call<{ id: string }>('POST', '/v1/events', {
    type: 'message.received',
    data: { contact: '919876543210', type: 'text', body, ...more },
  });
}

async function deliveryOf(eventId: string, webhookId: string): Promise<Delivery | undefined> {
  const path = `/v1/deliveries?eventId=${eventId}&webhookId=${webhookId}`;
  const { data } = await product.call<{ data: Delivery[] }>('GET', path);
  return data[0];
}
