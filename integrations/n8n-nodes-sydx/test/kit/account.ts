import {
  type DocumentedProduct,
  startDocumentedProduct,
  stopDocumentedProduct,
} from '../../../../packages/server/test/docs/product.ts';
import type { N8n, N8nOptions } from './n8n.ts';
import { buildAside, useOwnHome } from './folder.ts';

export interface Webhook {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly events: string[];
  readonly enabled: boolean;
  readonly filter: unknown;
  readonly integration: string | null;
  readonly secretHint: string;
}
export interface EventType {
  readonly type: string;
  readonly publishable: boolean;
  readonly subscribable: boolean;
  readonly sample: Record<string, unknown>;
}
export interface Delivery {
  readonly id: string;
  readonly eventId: string;
  readonly status: string;
  readonly attemptCount: number;
  readonly attempts: { readonly statusCode: number | null; readonly responseBody: string | null }[];
}

/** The product, running, with one tenant's key; and the n8n workflows that were made against it. */
export class Account {
  readonly product: DocumentedProduct;
  readonly #home = useOwnHome();
  readonly #built = buildAside();
  readonly #open: N8n[] = [];

  private constructor(product: DocumentedProduct) {
    this.product = product;
  }

  /** @param env settings of the product beside those that let it reach this machine */
  static async open(env: Readonly<Record<string, string>> = {}): Promise<Account> {
    return new Account(
      await startDocumentedProduct({
        ALLOW_HTTP_TARGETS: 'true',
        ALLOW_TARGET_NETWORKS: '127.0.0.0/8',
        ...env,
      }),
    );
  }

  /** A workflow with our trigger, not active yet. */
  async workflow(parameters: N8nOptions['parameters'], apiKey?: string): Promise<N8n> {
    // n8n-core reads its home when it is loaded.
    const { N8n: Program } = await import('./n8n.ts');
    const { url: baseUrl, apiKey: own } = this.product;
    const made = await Program.start({
      folder: this.#built.path,
      baseUrl,
      apiKey: apiKey ?? own,
      parameters,
    });
    this.#open.push(made);
    return made;
  }

  call<T>(method: string, path: string, body?: object): Promise<T> {
    return this.product.call<T>(method, path, body);
  }

  /** The webhooks that the node made. */
  async webhooks(): Promise<Webhook[]> {
    const { data } = await this.call<{ data: Webhook[] }>('GET', '/v1/webhooks');
    return data.filter(({ integration }) => integration === 'n8n');
  }

  /** The one webhook that the node made. */
  async webhook(): Promise<Webhook> {
    const [only, ...more] = await this.webhooks();
    if (only === undefined || more.length > 0) {
      throw new Error(`The node has ${only === undefined ? 'no' : 'more than one'} webhook.`);
    }
    return only;
  }

  async eventTypes(): Promise<EventType[]> {
    return (await this.call<{ data: EventType[] }>('GET', '/v1/event-types?limit=100')).data;
  }

  async publish(type: string, data: object): Promise<string> {
    return (await this.call<{ id: string }>('POST', '/v1/events', { type, data })).id;
  }

  publishMessage(body: string): Promise<string> {
    return this.publish('message.received', { contact: '919876543210', body, type: 'text' });
  }

  async delivery(eventId: string): Promise<Delivery | undefined> {
    const path = `/v1/deliveries?eventId=${eventId}`;
    const [found] = (await this.call<{ data: Delivery[] }>('GET', path)).data;
    return found === undefined ? undefined : await this.call('GET', `/v1/deliveries/${found.id}`);
  }

  /** Stops the workflows and deletes what the node made. */
  async clear(): Promise<void> {
    for (const { id } of await this.webhooks()) await this.call('DELETE', `/v1/webhooks/${id}`);
    await Promise.all(this.#open.splice(0).map((each) => each.close()));
  }

  async close(): Promise<void> {
    await stopDocumentedProduct(this.product);
    this.#built.clear();
    this.#home.clear();
  }
}
