import { Remote } from '@sydx/bench/src/remote.ts';
import { createAuthority } from '@sydx/server/test/kit/certificates.ts';
import { clearLeftovers } from '@sydx/server/test/kit/leftovers.ts';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { History } from '../faults/history.ts';
import type { Planned } from '../faults/kinds.ts';
import type { Receivers } from '../receivers/receivers-process.ts';
import { Admin } from './admin.ts';
import { ChaosNode, type Role } from './node.ts';
import { Postgres } from './postgres.ts';
import { nodeAddress, nodeName, type WebhookPlan } from './topology.ts';
import { Webhook } from './webhook.ts';

const PREFIX = 'sydx-chaos-';
const TENANT = 'chaos';
const START_LIMIT_MS = 120_000;

export interface WorldOptions {
  readonly roles: readonly Role[];
  readonly webhooks: readonly WebhookPlan[];
  readonly retryScheduleSeconds: readonly number[];
  readonly history: History;
}

/** A PostgreSQL, nodes, receivers and their webhooks, in one temporary directory. */
export class World {
  readonly dir: string;
  readonly apiKey: string = `sydx_${randomBytes(32).toString('base64url')}`;
  readonly journalPath: string;
  readonly webhooks: Webhook[] = [];
  nodes: ChaosNode[] = [];
  readonly #options: WorldOptions;
  #postgres: Postgres | null = null;
  #receivers: Remote<Receivers> | null = null;
  #closing: Promise<void> | null = null;

  private constructor(dir: string, options: WorldOptions) {
    this.dir = dir;
    this.journalPath = join(dir, 'received.jsonl');
    this.#options = options;
  }

  /** @param onMade hears of the world before anything in it runs, so that it can be closed */
  static async create(options: WorldOptions, onMade: (world: World) => void): Promise<World> {
    await clearLeftovers(PREFIX);
    const dir = await mkdtemp(join(tmpdir(), PREFIX));
    // As root, PostgreSQL's user has to pass through.
    await chmod(dir, 0o711);
    const world = new World(dir, options);
    onMade(world);
    await world.#start();
    return world;
  }

  get postgres(): Postgres {
    if (this.#postgres === null) throw new Error('PostgreSQL was not started.');
    return this.#postgres;
  }

  get receivers(): Remote<Receivers> {
    if (this.#receivers === null) throw new Error('The receivers were not started.');
    return this.#receivers;
  }

  get retryScheduleSeconds(): readonly number[] {
    return this.#options.retryScheduleSeconds;
  }

  node(name: string): ChaosNode {
    const node = this.nodes.find((one) => one.name === name);
    if (node === undefined) throw new Error(`There is no node ${name}.`);
    return node;
  }

  logPath(node: string): string {
    return join(this.dir, `${node}.log`);
  }

  /** What an admin does to a webhook while everything else goes on. */
  async act(planned: Extract<Planned, { on: 'admin' }>, history: History): Promise<void> {
    const name = planned.target.replace(/'s admin$/, '');
    const webhook = this.webhooks.find((one) => one.plan.name === name);
    if (webhook === undefined) throw new Error(`There is no webhook ${name}.`);
    const happened = history.begin(planned);
    if (planned.kind === 'secret rotated') await webhook.rotate();
    else if (planned.kind === 'failed replayed') await webhook.replay();
    else {
      await webhook.disable();
      await sleep(planned.lengthMs);
      await webhook.enable();
    }
    happened.endedMs = happened.recoveredMs = Date.now();
  }

  /** Ends every process, for good: what was about to start one starts none. May be called twice. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.nodes.map((node) => node.close()));
    await this.#receivers?.stop();
    await this.#postgres?.close();
  }

  /** Leaves logs and journal to whoever looks into them, where the next run does not clear them away. */
  async keep(): Promise<void> {
    const isOurs = (name: string): boolean => /\.(log|jsonl)$/.test(name);
    for (const name of await readdir(this.dir)) {
      if (!isOurs(name)) await rm(join(this.dir, name), { recursive: true, force: true });
    }
  }

  async remove(): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    const { roles, history } = this.#options;
    this.#postgres = await Postgres.create(this.dir);
    const authority = await createAuthority();
    const caPath = join(this.dir, 'ca.pem');
    await writeFile(caPath, authority.ca);
    this.#receivers = new Remote<Receivers>(
      new URL('../receivers/receivers-process.ts', import.meta.url),
    );
    const secretsKey = randomBytes(32).toString('base64');
    for (const [index, role] of roles.entries()) {
      const name = nodeName(role, index);
      const dataDir = join(this.dir, name);
      await mkdir(dataDir);
      const node = await ChaosNode.create({
        name,
        role,
        address: nodeAddress(index),
        databaseUrl: this.#postgres.url,
        logPath: this.logPath(name),
        onSurprise: (sentence) => history.surprises.push(sentence),
        env: {
          HOST: '127.0.0.1',
          PORT: '0',
          DATA_DIR: dataDir,
          SECRETS_KEY: secretsKey,
          LOG_LEVEL: 'warn',
          ALLOW_TARGET_NETWORKS: '127.0.0.0/8',
          NODE_EXTRA_CA_CERTS: caPath,
          RETRY_SCHEDULE: this.retryScheduleSeconds.join(','),
          BOOTSTRAP_TENANT: TENANT,
          BOOTSTRAP_API_KEY: this.apiKey,
        },
      });
      this.nodes.push(node);
      node.start();
      // One after the other: the first makes the tables, and starts cost more than leases last.
      await node.ready(START_LIMIT_MS);
    }
    const certificate = await authority.issue({ hosts: ['localhost', '127.0.0.1'] });
    await this.#createWebhooks(certificate);
  }

  async #createWebhooks(certificate: { key: string; cert: string }): Promise<void> {
    const plans = this.#options.webhooks;
    const wanted = plans.map(({ name, slowMs }) => ({ name, slowMs }));
    const { journalPath } = this;
    const ports = await this.receivers.ask('listen', { wanted, certificate, journalPath });
    const nodes = this.nodes.filter((node) => node.options.role !== 'worker');
    const admin = new Admin(nodes, this.apiKey);
    for (const [index, plan] of plans.entries()) {
      const url = `https://localhost:${ports[index]}/`;
      this.webhooks.push(await Webhook.create(plan, url, admin, this.receivers));
    }
  }
}
