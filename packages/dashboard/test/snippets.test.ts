import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { deliveryHeaders } from '../../server/src/signing/headers.ts';
import { prepareSigner } from '../../server/src/signing/signature.ts';
import { SECRET_ENV_NAME, type SnippetEntry, SNIPPETS } from '../src/pages/guides/snippet-list.ts';
import { freePort } from '../../server/test/kit/free-port.ts';

const FOLDER = join(import.meta.dirname, '../src/pages/guides/snippets');
const SECRET = `whsec_${'0123456789abcdef'.repeat(4)}`;
const OTHER_SECRET = `whsec_${'fedcba9876543210'.repeat(4)}`;
const BODY = JSON.stringify({
  event: 'message.received',
  timestamp: '2026-03-25T08:22:50.254Z',
  tenantId: 'your-tenant-id',
  data: { contact: '919876543210', name: 'Žofie 🌍', body: "I'm in </script>", type: 'text' },
});

interface Runtime {
  readonly command: string;
  readonly args: (file: string, port: number) => readonly string[];
  /** Arguments that succeed when what the snippet needs is there. */
  readonly probe: readonly string[];
}

const node: Runtime = {
  command: process.execPath,
  args: (file) => [file],
  probe: ['--version'],
};

const RUNTIMES: Readonly<Record<SnippetEntry['id'], Runtime>> = {
  express: node,
  'node-sdk': node,
  python: { command: 'python3', args: (file) => [file], probe: ['--version'] },
  php: {
    command: 'php',
    args: (file, port) => ['-S', `127.0.0.1:${port}`, file],
    probe: ['--version'],
  },
  go: { command: 'go', args: (file) => ['run', file], probe: ['version'] },
  ruby: { command: 'ruby', args: (file) => [file], probe: ['-e', 'require "webrick"'] },
};

function isPresent({ command, probe }: Runtime): boolean {
  return spawnSync(command, [...probe], { stdio: 'ignore' }).status === 0;
}

const present = SNIPPETS.filter(({ id }) => isPresent(RUNTIMES[id]));
const absent = SNIPPETS.filter((snippet) => !present.includes(snippet));

let receiver: ChildProcess | undefined;

afterEach(async () => {
  if (receiver === undefined || receiver.exitCode !== null || receiver.pid === undefined) return;
  const ended = once(receiver, 'exit');
  // The whole group: `go run` starts the program it built as a child.
  process.kill(-receiver.pid, 'SIGKILL');
  await ended;
});

describe('a verify snippet of the guides', () => {
  beforeAll(() => {
    if (absent.length === 0) return;
    const names = absent.map(({ label, id }) => `${label} (${RUNTIMES[id].command})`).join(', ');
    console.warn(`Not run, because the runtime is missing here: ${names}`);
  });

  it.each(present)(
    'accepts what was signed and refuses what was tampered with: $label',
    { timeout: 120_000 },
    async ({ id, file }) => {
      const url = await start(RUNTIMES[id], file);
      expect(await post(url, BODY, signed(BODY, SECRET))).toBe(200);
      expect(await post(url, BODY.replace('919', '911'), signed(BODY, SECRET))).toBe(401);
      expect(await post(url, BODY, signed(BODY, OTHER_SECRET))).toBe(401);
      expect(await post(url, BODY, { 'Content-Type': 'application/json' })).toBe(401);
      expect(await post(url, BODY, { ...signed(BODY, SECRET), 'X-Sydx-Signature': 'é' })).toBe(401);
      expect(await post(url, BODY, signed(BODY, SECRET))).toBe(200);
    },
  );

  for (const { id, label } of absent) {
    it.skip(`accepts what was signed: ${label} (${RUNTIMES[id].command} is missing here)`);
  }
});

async function start({ command, args }: Runtime, file: string): Promise<string> {
  const port = await freePort();
  receiver = spawn(command, [...args(join(FOLDER, file), port)], {
    env: { ...process.env, [SECRET_ENV_NAME]: SECRET, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let said = '';
  receiver.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  const url = `http://127.0.0.1:${port}/webhook`;
  for (;;) {
    try {
      await fetch(url);
      return url;
    } catch (error) {
      if (receiver.exitCode !== null)
        throw new Error(`${file} ended at once: ${said}`, { cause: error });
      await sleep(50);
    }
  }
}

/** Signed by the server's own code, as the engine does it. */
function signed(body: string, secret: string): Record<string, string> {
  return deliveryHeaders({
    signer: prepareSigner(secret),
    eventType: 'message.received',
    timestamp: '2026-03-25T08:22:50.254Z',
    deliveryId: 'dlv_0123456789abc',
    eventId: 'evt_0123456789abc',
    attempt: 1,
    unixSeconds: Math.floor(Date.now() / 1_000),
    body,
  });
}

async function post(url: string, body: string, headers: Record<string, string>): Promise<number> {
  const response = await fetch(url, { method: 'POST', body, headers });
  await response.arrayBuffer();
  return response.status;
}
