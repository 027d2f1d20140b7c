import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliveryHeaders } from '../../src/signing/headers.ts';
import { prepareSigner } from '../../src/signing/signature.ts';
import { EXAMPLE } from '../signing/product-document.ts';
import { type Block, blocksOf, DOCUMENTS, readDocument } from './blocks.ts';
import {
  type DocumentedProduct,
  startDocumentedProduct,
  stopDocumentedProduct,
} from './product.ts';
import { hasCommand } from './shell.ts';

const PACKAGE = join(import.meta.dirname, '../..');
const COMMANDS: Readonly<Record<string, string>> = { js: 'node', python: 'python3', go: 'go' };
const OTHER_SECRET = `whsec_${'0f'.repeat(32)}`;

const receivers = DOCUMENTS.flatMap(blocksOf).filter(({ mark }) => mark.startsWith('receiver'));

interface Receiver {
  readonly child: ChildProcess;
  /** Standard error so far. */
  errors: string;
}

interface Created {
  readonly id: string;
  readonly secret: string;
}

let product: DocumentedProduct;
beforeAll(async () => {
  // As docs/engineers/verify.md says for receivers on the same machine.
  product = await startDocumentedProduct({
    ALLOW_HTTP_TARGETS: 'true',
    ALLOW_TARGET_NETWORKS: '127.0.0.0/8',
  });
});
afterAll(() => stopDocumentedProduct(product));

test('verify.md says of each language whether it is tested', () => {
  const table = readDocument('docs/engineers/verify.md');
  expect(receivers.map(({ language }) => language)).toEqual(['js', 'js', 'js', 'python', 'go']);
  expect(table).toContain('| PHP | not run by our tests |');
  expect(table).toContain('| Ruby | not run by our tests |');
});

test("the Express receiver holds the product document's example as it stands", () => {
  const bare = (text: string) => text.replaceAll(/\s/g, '');
  expect(bare(receivers[0]?.code ?? '')).toContain(bare(EXAMPLE));
});

for (const block of receivers) {
  const { file, line, language, mark } = block;
  const command = COMMANDS[language] ?? language;
  // Counted as skipped, by name, on a machine without the language.
  describe.runIf(language === 'js' || hasCommand(command))(
    `${file}:${line}, in ${language}`,
    () => {
      let webhook: Created;
      let url: string;
      let receiver: Receiver;
      beforeAll(async () => {
        const port = await freePort();
        url = `http://127.0.0.1:${port}/webhook`;
        webhook = await product.call<Created>('POST', '/v1/webhooks', {
          name: `${file}:${line}`,
          url,
          events: ['message.received'],
        });
        receiver = start(block, port, webhook.secret);
        await listening(url, receiver);
      }, 180_000);
      afterAll(async () => {
        const { child } = receiver;
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill();
        await once(child, 'exit');
      });

      test('accepts a Test', async () => {
        const path = `/v1/webhooks/${webhook.id}/test`;
        const delivery = await product.call<{ status: string }>('POST', path);
        expect(delivery).toMatchObject({ status: 'success', error: null });
      });

      test('accepts a real delivery, whatever its text', async () => {
        const data = {
          contact: '919876543210',
          type: 'text',
          body: 'नमस्ते ✓ </script> "\\\u2028 é',
        };
        const event = await product.call<{ id: string }>('POST', '/v1/events', {
          type: 'message.received',
          data: { ...data, 'a/b': [1.5, null, { deep: [] }] },
        });
        await expect.poll(() => outcome(event.id, webhook.id), { timeout: 8_000 }).toBe('success');
      });

      test('refuses what was changed on the way, and what another secret signed', async () => {
        const genuine = signed(webhook.secret, BODY);
        expect(Math.floor((await post(url, BODY, genuine)) / 100)).toBe(2);
        expect(await post(url, BODY.replace('John', 'Jane'), genuine)).toBe(401);
        expect(await post(url, BODY, signed(OTHER_SECRET, BODY))).toBe(401);
      });

      test('refuses what is not signed', async () => {
        const refusal = mark.includes('hex-only') ? 500 : 401;
        expect(await post(url, BODY, { 'Content-Type': 'application/json' })).toBe(refusal);
      });

      if (mark.includes('hex-only')) return;
      test('refuses what was recorded ten minutes ago', async () => {
        expect(await post(url, BODY, signed(webhook.secret, BODY, 600))).toBe(401);
      });
    },
  );
}

const BODY = JSON.stringify({
  event: 'message.received',
  timestamp: '2026-03-25T08:22:50.254Z',
  tenantId: 'your-tenant-id',
  data: { contact: '919876543210', name: 'John Doe', body: 'Hello', type: 'text' },
});

function signed(secret: string, body: string, ageSeconds = 0): Record<string, string> {
  return deliveryHeaders({
    signer: prepareSigner(secret),
    eventType: 'message.received',
    timestamp: '2026-03-25T08:22:50.254Z',
    deliveryId: 'dlv_02qbt8v3jm0c1',
    eventId: 'evt_02qbt8v3jm0c1',
    attempt: 1,
    unixSeconds: Math.floor(Date.now() / 1000) - ageSeconds,
    body,
  });
}

async function post(url: string, body: string, headers: Record<string, string>): Promise<number> {
  const response = await fetch(url, { method: 'POST', body, headers });
  await response.text();
  return response.status;
}

async function outcome(eventId: string, webhookId: string): Promise<string | undefined> {
  const query = `eventId=${eventId}&webhookId=${webhookId}`;
  const path = `/v1/deliveries?${query}`;
  const { data } = await product.call<{ data: { status: string }[] }>('GET', path);
  return data[0]?.status;
}

/** Starts a receiver as its reader would. */
function start({ language, code, line }: Block, port: number, secret: string): Receiver {
  const command = COMMANDS[language] ?? language;
  const file = product.machine.path(`receiver-${line}.${language === 'python' ? 'py' : language}`);
  writeFileSync(file, code);
  const run = (program: string, ...args: string[]): Receiver => {
    const env = { ...process.env, PORT: String(port), WEBHOOK_SECRET: secret };
    const child = spawn(program, args, { env, cwd: PACKAGE, stdio: ['ignore', 'ignore', 'pipe'] });
    const receiver = { child, errors: '' };
    child.stderr.on('data', (chunk: Buffer) => {
      receiver.errors += chunk.toString();
    });
    return receiver;
  };
  if (language === 'python') return run(command, file);
  if (language === 'go') {
    // Built first: `go run` would leave its child behind.
    const program = product.machine.path('receiver-go');
    const built = spawnSync(command, ['build', '-o', program, file], { encoding: 'utf8' });
    if (built.status !== 0) throw new Error(built.stderr);
    return run(program);
  }
  const kind = code.includes('require(') ? 'commonjs' : 'module';
  const whole = code.replace('whsec_your_secret_here', secret);
  return run(process.execPath, `--input-type=${kind}`, '-e', whole);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

async function listening(url: string, receiver: Receiver): Promise<void> {
  while (receiver.child.exitCode === null) {
    try {
      await fetch(url, { method: 'POST' });
      return;
    } catch {
      // Not up yet.
      await sleep(50);
    }
  }
  throw new Error(`The receiver ended with ${receiver.child.exitCode}: ${receiver.errors}`);
}
