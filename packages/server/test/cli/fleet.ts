import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Role } from '../../src/base/settings.ts';
import { eventually } from '../kit/engine.ts';
import { Machine, type Product } from './product.ts';

const KEYS = {
  BOOTSTRAP_TENANT: 'acme',
  BOOTSTRAP_API_KEY: 'tenant-key-of-this-test',
  OPERATOR_API_KEY: 'operator-key-of-this-test',
  SECRETS_KEY: Buffer.alloc(32, 1).toString('base64'),
};

/** One process of the product. */
export interface FleetNode {
  readonly role: Role;
  readonly url: string;
  readonly product: Product;
}

/** An answer to a publish that was none of 202: who said it and what. */
export interface Refusal {
  /** 0: no answer at all. */
  readonly status: number;
  readonly contentType: string;
  readonly code: string;
}

/**
 * Processes of the product on one PostgreSQL, which know nothing of each other, and producers that
 * publish to them over HTTP without a pause.
 */
export class Fleet {
  readonly nodes: FleetNode[] = [];
  /** Ids that producers were told with a 202. */
  readonly accepted: string[] = [];
  readonly refusals: Refusal[] = [];
  readonly #machine: Machine;
  readonly #env: Readonly<Record<string, string>>;
  #publishing: Promise<unknown> | null = null;
  #stopped = false;
  #started = 0;

  private constructor(machine: Machine, env: Readonly<Record<string, string>>) {
    this.#machine = machine;
    this.#env = env;
  }

  static async make(
    databaseUrl: string,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Fleet> {
    return new Fleet(await Machine.make(), {
      ...KEYS,
      DATABASE_URL: databaseUrl,
      ALLOW_HTTP_TARGETS: 'true',
      ALLOW_TARGET_NETWORKS: '127.0.0.0/8',
      ...env,
    });
  }

  /** Starts a node and waits until it says that it runs. */
  async add(role: Role = 'all', env: Readonly<Record<string, string>> = {}): Promise<FleetNode> {
    this.#started += 1;
    const DATA_DIR = this.#machine.path(`data-${this.#started}`);
    const product = this.#machine.run(['start'], { ...this.#env, DATA_DIR, ROLE: role, ...env });
    const [, said = ''] = await product.said(/(?:runs at|Health:) (https?:\/\/[\w.-]+(?::\d+)?)/);
    // With a PUBLIC_URL it says that one, which is not where it listens.
    const url = env['PORT'] === undefined ? said : `http://127.0.0.1:${env['PORT']}`;
    const node = { role, url, product };
    this.nodes.push(node);
    return node;
  }

  /** Waits for the end of a node and forgets it. @returns its exit code, or the signal that ended it */
  async ended(node: FleetNode): Promise<number | string> {
    const end = await node.product.ended();
    this.nodes.splice(this.nodes.indexOf(node), 1);
    return end;
  }

  async call(
    node: FleetNode,
    path: string,
    body?: object,
  ): Promise<{ status: number; contentType: string; json: Record<string, unknown> }> {
    const response = await fetch(`${node.url}${path}`, {
      headers: {
        authorization: `Bearer ${KEYS.BOOTSTRAP_API_KEY}`,
        'content-type': 'application/json',
      },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    });
    const contentType = response.headers.get('content-type') ?? '';
    return {
      status: response.status,
      contentType,
      json: (await response.json()) as object as never,
    };
  }

  async makeWebhook(url: string): Promise<void> {
    const body = { name: 'Receiver', url, events: ['message.received'] };
    const made = await this.call(this.#anyApi() ?? this.#missing(), '/v1/webhooks', body);
    if (made.status !== 201) throw new Error(`No webhook: ${JSON.stringify(made)}`);
  }

  /**
   * Publishes from now on.
   *
   * @param maySend which nodes a load balancer would choose from; every API there is unless told
   */
  startPublishing(clients: number, maySend: (node: FleetNode) => boolean = () => true): void {
    this.#stopped = false;
    const one = async (client: number): Promise<void> => {
      for (let n = 0; !this.#stopped; n += 1) await this.#publish(`${client}-${n}`, maySend);
    };
    this.#publishing = Promise.all(Array.from({ length: clients }, (_, client) => one(client)));
  }

  async stopPublishing(): Promise<void> {
    this.#stopped = true;
    await this.#publishing;
  }

  /** Waits until producers were told 202 for some more. */
  async accepts(count: number, timeoutMs = 60_000): Promise<void> {
    const before = this.accepted.length;
    const isThere = (): boolean => this.accepted.length >= before + count;
    await eventually(`${count} more events are accepted`, isThere, timeoutMs);
  }

  async isReady(node: FleetNode): Promise<boolean> {
    try {
      const answer = await fetch(`${node.url}/readyz`, { signal: AbortSignal.timeout(5_000) });
      await answer.text();
      return answer.status === 200;
    } catch {
      return false;
    }
  }

  /** Ends everything, whatever it is doing. */
  async clear(): Promise<void> {
    this.#stopped = true;
    await this.#machine.clear();
    await this.#publishing;
  }

  async #publish(text: string, maySend: (node: FleetNode) => boolean): Promise<void> {
    const node = this.#anyApi(maySend);
    if (node === null) {
      await sleep(20);
      return;
    }
    const data = { contact: '919876543210', type: 'text', body: text };
    try {
      const { status, contentType, json } = await this.call(node, '/v1/events', {
        type: 'message.received',
        data,
      });
      if (status === 202) {
        this.accepted.push(String(json['id']));
        return;
      }
      this.refusals.push({ status, contentType, code: String(json['code']) });
    } catch (error) {
      // A process that was killed answers nothing: whether it committed is unknown to the producer.
      const code = error instanceof Error ? error.message : String(error);
      this.refusals.push({ status: 0, contentType: '', code });
    }
    await sleep(50);
  }

  #anyApi(may: (node: FleetNode) => boolean = () => true): FleetNode | null {
    const apis = this.nodes.filter((node) => node.role !== 'worker' && may(node));
    return apis[randomInt(Math.max(1, apis.length))] ?? null;
  }

  #missing(): never {
    throw new Error('No node of this fleet has an API.');
  }
}
