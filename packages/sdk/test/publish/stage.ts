import type { AddressInfo } from 'node:net';
import { startTestApi, type TestApi } from '../../../server/test/kit/api.ts';
import { createDatabase } from '../../../server/test/kit/database.ts';
import { createPublisher, type Publisher, type PublisherOptions } from '../../src/index.ts';
import { type Front, startFront } from './front.ts';

/** The real server, a front before it that can fail, and a tenant to publish for. */
export interface Stage {
  readonly api: TestApi;
  readonly front: Front;
  readonly apiKey: string;
  /** A publisher that gives up late: tests wait for what happens, not for a time. */
  publisher(options?: Partial<PublisherOptions>): Publisher;
  /** `data.body` of the tenant's message.received events, in the order of their ids. */
  published(): Promise<string[]>;
  /** Forgets what happened until now. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function setStage(): Promise<Stage> {
  const database = await createDatabase();
  const api = await startTestApi(database.url);
  await api.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = api.app.server.address() as AddressInfo;
  const front = await startFront(`http://127.0.0.1:${port}`);
  const { key } = await api.makeTenantWithKey('acme');
  return {
    api,
    front,
    apiKey: key,
    publisher: (options) =>
      createPublisher({ baseUrl: front.origin, apiKey: key, giveUpAfterMs: 60_000, ...options }),
    async published() {
      const { rows } = await api.database.general.query<{ body: string }>(
        `select body::json -> 'data' ->> 'body' as body from sydx.events order by id`,
      );
      return rows.map(({ body }) => body);
    },
    async clear() {
      await api.database.general.query('delete from sydx.events');
      front.forget();
    },
    async close() {
      await front.close();
      await api.close();
      await database.drop();
    },
  };
}

/** An event that is told apart by its text. */
export function message(body: string) {
  return {
    type: 'message.received',
    data: { contact: '919876543210', type: 'text', body },
  } as const;
}

/** What a call that must fail throws. */
export async function failure<Thrown extends Error>(
  call: Promise<unknown>,
  kind: new (...args: never[]) => Thrown,
): Promise<Thrown> {
  const thrown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof kind) return thrown;
  throw new Error(`Expected a ${kind.name}, got ${String(thrown)}`, { cause: thrown });
}
