import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EVENT_TYPE, TENANT } from './event.ts';
import { Postgres } from './postgres.ts';
import { treeUs } from './process-cost.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What `npm start` runs, by the same Node. */
const START = ['packages/server/bin/sydx.mjs', 'start'];
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 15_000;

export interface ProductOptions {
  /** Flags of Node for the product's process, such as --cpu-prof. */
  nodeFlags?: readonly string[];
  /** Settings beside those that every product of the bench has, or instead of them. */
  env?: Readonly<Record<string, string>>;
  /** Another product: this one is a further node on its PostgreSQL. */
  on?: Product;
}

/**
 * The product as people run it: one process with its private PostgreSQL in a directory of its own, or a
 * further node on that of another.
 */
export class Product {
  readonly origin: string;
  readonly postgres: Postgres;
  readonly apiKey: string;
  readonly operatorKey: string;
  readonly #secretsKey: string;
  /** Whether the PostgreSQL is its own. */
  readonly #isFirst: boolean;
  readonly #child: ChildProcess;
  readonly #dataDir: string;
  readonly #onSignal: () => void;

  private constructor(parts: {
    origin: string;
    postgres: Postgres;
    keys: Keys;
    isFirst: boolean;
    child: ChildProcess;
    dataDir: string;
  }) {
    this.origin = parts.origin;
    this.postgres = parts.postgres;
    this.apiKey = parts.keys.apiKey;
    this.operatorKey = parts.keys.operatorKey;
    this.#secretsKey = parts.keys.secretsKey;
    this.#isFirst = parts.isFirst;
    this.#child = parts.child;
    this.#dataDir = parts.dataDir;
    // Ctrl+C leaves no server and no directory behind.
    this.#onSignal = () => {
      void this.stop().finally(() => process.exit(130));
    };
    process.once('SIGINT', this.#onSignal).once('SIGTERM', this.#onSignal);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Starts it on an empty directory and waits until it says that it is ready. */
  static async start({ nodeFlags = [], env = {}, on }: ProductOptions = {}): Promise<Product> {
    const dataDir = await mkdtemp(join(tmpdir(), 'sydx-bench-'));
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const keys = on === undefined ? newKeys() : on.#keys();
    const child = spawn(process.execPath, [...nodeFlags, ...START], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        HOST: '127.0.0.1',
        PORT: String(port),
        DATA_DIR: dataDir,
        ROLE: 'all',
        LOG_LEVEL: 'warn',
        ALLOW_HTTP_TARGETS: 'true',
        ALLOW_TARGET_NETWORKS: '127.0.0.0/8',
        SECRETS_KEY: keys.secretsKey,
        BOOTSTRAP_TENANT: TENANT,
        BOOTSTRAP_API_KEY: keys.apiKey,
        OPERATOR_API_KEY: keys.operatorKey,
        ...(on !== undefined && { DATABASE_URL: on.postgres.url }),
        ...env,
      },
    });
    try {
      await untilReady(child, origin);
      const postgres = on?.postgres ?? (await Postgres.connect(dataDir));
      return new Product({ origin, postgres, keys, isFirst: on === undefined, child, dataDir });
    } catch (error) {
      await end(child);
      await rm(dataDir, { recursive: true, force: true });
      throw error;
    }
  }

  /** Processor time of its processes, PostgreSQL's left out, in microseconds. */
  nodeUs(): number {
    return treeUs(this.pid) - (this.#isFirst ? this.postgresUs() : 0);
  }

  /** Processor time of its PostgreSQL, in microseconds. */
  postgresUs(): number {
    return treeUs(this.postgres.pid);
  }

  /** Makes a tenant with a key of its own. @returns the key */
  async createTenant(id: string): Promise<string> {
    const { operatorKey } = this;
    await this.#call('POST', '/v1/tenants', operatorKey, { id });
    const key = { name: 'Bench', scopes: ['events:write', 'webhooks:admin'] };
    const answer = await this.#call('POST', '/v1/api-keys', operatorKey, key, {
      'Sydx-Tenant': id,
    });
    return ((await answer.json()) as { key: string }).key;
  }

  /** Creates a webhook for the bench's event. @returns its id */
  async createWebhook(
    url: string,
    { filter = null, apiKey = this.apiKey }: { filter?: object | null; apiKey?: string } = {},
  ): Promise<string> {
    const body = { name: 'Bench', url, events: [EVENT_TYPE], filter };
    const answer = await this.#call('POST', '/v1/webhooks', apiKey, body);
    return ((await answer.json()) as { id: string }).id;
  }

  async deleteWebhook(id: string): Promise<void> {
    await this.#call('DELETE', `/v1/webhooks/${id}`, this.apiKey);
  }

  /** Reads something of the tenant, whole. */
  async read(path: string): Promise<string> {
    return await (await this.#call('GET', path, this.apiKey)).text();
  }

  /** @throws Error unless it is answered with a 2xx */
  async #call(
    method: string,
    path: string,
    apiKey: string,
    body?: object,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response> {
    const answer = await fetch(`${this.origin}${path}`, {
      method,
      headers: {
        ...headers,
        authorization: `Bearer ${apiKey}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (answer.ok) return answer;
    throw new Error(`${method} ${path} was answered ${answer.status}: ${await answer.text()}`);
  }

  #keys(): Keys {
    const { apiKey, operatorKey } = this;
    return { apiKey, operatorKey, secretsKey: this.#secretsKey };
  }

  /** Stops it in its orderly way and removes what it stored. */
  async stop(): Promise<void> {
    process.off('SIGINT', this.#onSignal).off('SIGTERM', this.#onSignal);
    if (this.#isFirst) await this.postgres.close();
    await end(this.#child);
    await rm(this.#dataDir, { recursive: true, force: true });
  }
}

interface Keys {
  apiKey: string;
  operatorKey: string;
  secretsKey: string;
}

function newKeys(): Keys {
  const key = (): string => `sydx_${randomBytes(32).toString('base64url')}`;
  const secretsKey = randomBytes(32).toString('base64');
  return { apiKey: key(), operatorKey: key(), secretsKey };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit').then(() => true);
  child.kill('SIGTERM');
  if (await Promise.race([ended, sleep(STOP_LIMIT_MS, false, { ref: false })])) return;
  child.kill('SIGKILL');
  await ended;
}

async function untilReady(child: ChildProcess, origin: string): Promise<void> {
  const untilMs = performance.now() + START_LIMIT_MS;
  while (child.exitCode === null && child.signalCode === null) {
    const ready = await fetch(`${origin}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return;
    if (performance.now() > untilMs) throw new Error('The product did not become ready.');
    await sleep(50);
  }
  throw new Error('The product ended while starting.');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
