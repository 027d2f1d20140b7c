import pg from 'pg';
import { installOutbox } from '../../src/store/outbox-schema.ts';
import { createEmptyDatabase, type TestDatabase } from '../kit/database.ts';
import type { TestEngine } from '../kit/engine.ts';

/** A CRM with a database of its own, and an outbox in it. */
export interface Crm {
  readonly url: string;
  readonly pool: pg.Pool;
  /** Publishes in a transaction of its own. @returns the row's number */
  publish(tenant: string, type: string, data: object | string, key?: string): Promise<string>;
  waiting(): Promise<number>;
  close(): Promise<void>;
}

export async function startCrm(): Promise<Crm> {
  const database = await createEmptyDatabase();
  return await crmAt(database.url, () => database.drop());
}

/** A CRM that shares a database with the product. */
export async function crmIn(database: TestDatabase): Promise<Crm> {
  return await crmAt(database.url, () => Promise.resolve());
}

async function crmAt(url: string, drop: () => Promise<void>): Promise<Crm> {
  const pool = new pg.Pool({ connectionString: url, max: 12 });
  const client = await pool.connect();
  await installOutbox(client);
  client.release();
  return {
    url,
    pool,
    publish: (...given) => publishOn(pool, ...given),
    waiting: async () => {
      const { rows } = await pool.query<{ n: number }>(
        'select count(*)::int as n from sydx.outbox',
      );
      return rows[0]?.n ?? 0;
    },
    close: async () => {
      await pool.end();
      await drop();
    },
  };
}

/** @returns the row's number */
export async function publishOn(
  client: Pick<pg.ClientBase, 'query'> | pg.Pool,
  tenant: string,
  type: string,
  data: object | string,
  key?: string,
): Promise<string> {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  const { rows } = await (client as pg.Pool).query<{ id: string }>(
    'select sydx.publish($1, $2, $3, $4) as id',
    [tenant, type, text, key ?? null],
  );
  return rows[0]?.id ?? '';
}

/** What was accepted, in the order of acceptance. */
export async function acceptedBodies(
  { database }: Pick<TestEngine, 'database'>,
  tenantNo: number,
): Promise<
  { event: string; timestamp: string; tenantId: string; data: Record<string, unknown> }[]
> {
  const { rows } = await database.general.query<{ body: string }>(
    'select body from sydx.events where tenant_no = $1 order by id',
    [tenantNo],
  );
  return rows.map(({ body }) => JSON.parse(body));
}
