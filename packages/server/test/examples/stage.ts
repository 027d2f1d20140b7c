import { randomBytes } from 'node:crypto';
import { PUBLISHABLE_EVENT_TYPES } from '@sydx/contract';
import { type SydxEvent, verify } from '@sydx/sdk';
import { Webhook } from 'standardwebhooks';
import { Machine, type Product } from '../cli/product.ts';
import { createDatabase } from '../kit/database.ts';
import { eventually } from '../kit/engine.ts';
import { type ReceivedRequest, startReceiver } from '../kit/receivers.ts';

/** The product as a process of its own, a webhook for all nine types, and its receiver. */
export interface Stage {
  readonly machine: Machine;
  readonly url: string;
  readonly tenantId: string;
  readonly apiKey: string;
  /** What an example finds in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Waits for deliveries and checks both of their signatures, by our SDK and by a library that others wrote.
   *
   * @param count how many at least, since the stage was set
   */
  arrived(count: number): Promise<SydxEvent[]>;
  close(): Promise<void>;
}

/** @param settings of the product, beside those that every test needs */
export async function setStage(settings: Readonly<Record<string, string>> = {}): Promise<Stage> {
  const database = await createDatabase();
  const machine = await Machine.make();
  const tenantId = 'tiny-crm';
  const apiKey = `sydx_${randomBytes(32).toString('hex')}`;
  const product = machine.run(['start'], {
    DATABASE_URL: database.url,
    SECRETS_KEY: randomBytes(32).toString('base64'),
    DATA_DIR: machine.path('data'),
    ALLOW_HTTP_TARGETS: 'true',
    ALLOW_TARGET_NETWORKS: '127.0.0.0/8',
    BOOTSTRAP_TENANT: tenantId,
    BOOTSTRAP_API_KEY: apiKey,
    ...settings,
  });
  const [, url = ''] = await product.said(/runs at (\S+)/);
  const receiver = await startReceiver();
  const created = await fetch(`${url}/v1/webhooks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'All', url: receiver.origin, events: PUBLISHABLE_EVENT_TYPES }),
  });
  const { secret } = (await created.json()) as { secret: string };

  return {
    machine,
    url,
    tenantId,
    apiKey,
    env: { SYDX_URL: url, SYDX_API_KEY: apiKey, SYDX_TENANT: tenantId },
    async arrived(count) {
      const { requests } = receiver;
      await eventually(`${count} deliveries`, () => requests.length >= count, 30_000).catch(
        (error: unknown) => {
          throw new Error(`Only ${requests.length} of ${count} deliveries. ${tail(product)}`, {
            cause: error,
          });
        },
      );
      return requests.map((request) => verifyBoth(request, secret));
    },
    async close() {
      product.child.kill('SIGTERM');
      await product.ended();
      await machine.clear();
      await receiver.close();
      await database.drop();
    },
  };
}

/** @throws Error when one of the two signatures does not hold */
function verifyBoth({ headers, body }: ReceivedRequest, secret: string): SydxEvent {
  if (headers['x-sydx-signature'] === undefined) throw new Error('X-Sydx-Signature is missing.');
  new Webhook(secret).verify(body.toString(), headers as Record<string, string>);
  return verify(body, headers, secret, { requireStandard: true });
}

function tail(product: Product): string {
  return `${product.out()}${product.err()}`.slice(-2000);
}
