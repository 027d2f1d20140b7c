import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { createDatabase } from '../../../server/test/kit/database.ts';

const SCHEMA = join(import.meta.dirname, '../../../server/outbox/0001_outbox.sql');

/** A CRM's own database, with a table of its own and the outbox installed. */
export interface CrmDatabase {
  readonly url: string;
  readonly pool: pg.Pool;
  /** What was published and is committed, in its order. */
  outbox(): Promise<OutboxRow[]>;
  leadNames(): Promise<string[]>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

export interface OutboxRow {
  number: string;
  tenant: string;
  type: string;
  /** As it was given, byte for byte. */
  data: string;
  key: string | null;
  happened_at: Date | null;
}

export async function createCrmDatabase(): Promise<CrmDatabase> {
  const database = await createDatabase();
  const pool = new pg.Pool({ connectionString: database.url, max: 4 });
  await pool.query(readFileSync(SCHEMA, 'utf8'));
  await pool.query('create table leads (name text not null)');
  return {
    url: database.url,
    pool,
    async outbox() {
      const { rows } = await pool.query<OutboxRow>(
        `select id::text as number, tenant, type, data::text, key, happened_at
         from sydx.outbox order by id`,
      );
      return rows;
    },
    async leadNames() {
      const { rows } = await pool.query<{ name: string }>('select name from leads');
      return rows.map(({ name }) => name);
    },
    async clear() {
      await pool.query('truncate leads, sydx.outbox');
    },
    async close() {
      await pool.end();
      await database.drop();
    },
  };
}
