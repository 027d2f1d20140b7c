import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

/** What the log and the disk say at one moment. */
export interface Written {
  /** Position in the write-ahead log, in bytes. */
  walBytes: number;
  /** All tables with their indexes and TOAST. */
  tableBytes: number;
}

export interface Logged {
  success: number;
  other: number;
  attempts: number;
  /** Different events among the successful. */
  events: number;
}

/** How another process of the bench connects. */
export interface DatabasePlace {
  host: string;
  port: number;
  user: string;
  database: string;
  password: string;
}

const OUTBOX = new URL('../../packages/server/outbox/0001_outbox.sql', import.meta.url);

/** The bench's own eyes in the product's private PostgreSQL. */
export class Postgres {
  readonly pid: number;
  readonly version: string;
  readonly database: DatabasePlace;
  readonly #client: pg.Client;

  private constructor(pid: number, version: string, database: DatabasePlace, client: pg.Client) {
    this.pid = pid;
    this.version = version;
    this.database = database;
    this.#client = client;
  }

  /** As DATABASE_URL takes it. */
  get url(): string {
    const { user, password, database, host, port } = this.database;
    const place = `host=${encodeURIComponent(host)}&port=${port}&sslmode=disable`;
    return `postgresql://${user}:${encodeURIComponent(password)}@/${database}?${place}`;
  }

  /**
   * @param dataDir the product's DATA_DIR
   * @throws Error when this PostgreSQL could lose what it confirmed: such a figure would be a lie
   */
  static async connect(dataDir: string): Promise<Postgres> {
    // Line 1 is the process, line 5 where its socket is: "Key files" in PostgreSQL's postmaster.pid.
    const lines = readFileSync(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8').split('\n');
    const password = readFileSync(join(dataDir, 'postgres-password'), 'utf8').trim();
    const place = { host: lines[4] ?? '', port: 5432, user: 'sydx', database: 'sydx', password };
    const client = new pg.Client({ ...place, application_name: 'bench' });
    await client.connect();
    const { rows } = await client.query<Record<string, string>>(
      `select current_setting('server_version') as version, current_setting('fsync') as fsync,
        current_setting('synchronous_commit') as synchronous_commit,
        current_setting('full_page_writes') as full_page_writes`,
    );
    const { version = '', ...promises } = rows[0] ?? {};
    for (const [name, value] of Object.entries(promises)) {
      if (value !== 'on') throw new Error(`PostgreSQL runs with ${name} = ${value}.`);
    }
    return new Postgres(Number(lines[0]), version.split(' ')[0] ?? version, place, client);
  }

  /** Puts an outbox into the product's database, once. */
  async installOutbox(): Promise<void> {
    const { rows } = await this.#client.query<{ there: boolean }>(
      "select to_regclass('sydx.outbox') is not null as there",
    );
    if (rows[0]?.there === true) return;
    await this.#client.query(readFileSync(OUTBOX, 'utf8'));
    // A node looks every five seconds.
    await new Promise((resolve) => setTimeout(resolve, 6_000));
  }

  /** What the events accepted since `id` have as messageId, in the order of acceptance. */
  async messageIds(id: string): Promise<string[]> {
    const { rows } = await this.#client.query<{ message: string }>(
      "select body::json->'data'->>'messageId' as message from sydx.events where id > $1 order by id",
      [id],
    );
    return rows.map(({ message }) => message);
  }

  /** An id that everything later is above. */
  async newId(): Promise<string> {
    const { rows } = await this.#client.query<{ id: string }>('select sydx.new_id() as id');
    return rows[0]?.id ?? '0';
  }

  /** How many deliveries accepted since `id` are in the log. Reads an index only. */
  async countLogged(id: string): Promise<number> {
    const { rows } = await this.#client.query<{ count: number }>(
      'select count(*)::int as count from sydx.deliveries where id > $1 and status is not null',
      [id],
    );
    return rows[0]?.count ?? 0;
  }

  async logged(id: string): Promise<Logged> {
    const { rows } = await this.#client.query<Logged>(
      `select count(*) filter (where status = 1)::int as success,
        count(*) filter (where status <> 1)::int as other,
        coalesce(sum(attempt_count), 0)::int as attempts,
        count(distinct event_id) filter (where status = 1)::int as events
      from sydx.deliveries where id > $1`,
      [id],
    );
    return rows[0] ?? { success: 0, other: 0, attempts: 0, events: 0 };
  }

  /** As after an upgrade: the log is there and nothing of it is rolled up. */
  async forgetRollUps(): Promise<void> {
    await this.#client.query('begin');
    // First, and alone: the next statement sees what whoever had the lock has written.
    await this.#client.query(`select pg_advisory_xact_lock(hashtext('sydx.roll_ups'))`);
    await this.#client.query('delete from sydx.rolled_hours');
    await this.#client.query('delete from sydx.roll_ups');
    await this.#client.query('commit');
  }

  /** Hours of the log that are rolled up for every tenant, and how many are not. */
  async rolledHours(): Promise<{ rolled: number; open: number }> {
    const { rows } = await this.#client.query<{ rolled: number; open: number }>(
      `select count(*) filter (where rolled_at is not null and waiting = '{}')::int as rolled,
        count(*) filter (where rolled_at is null or waiting <> '{}')::int as open
      from sydx.rolled_hours`,
    );
    return rows[0] ?? { rolled: 0, open: 0 };
  }

  async written(): Promise<Written> {
    const { rows } = await this.#client.query<{ wal: string; tables: string }>(
      `select pg_current_wal_insert_lsn() - '0/0'::pg_lsn as wal,
        (select sum(pg_total_relation_size(c.oid)) from pg_class c
         join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'sydx' and c.relkind = 'r') as tables`,
    );
    return { walBytes: Number(rows[0]?.wal), tableBytes: Number(rows[0]?.tables) };
  }

  /** For what a row does past the product. */
  async run(sql: string, values: readonly unknown[] = []): Promise<void> {
    await this.#client.query(sql, [...values]);
  }

  /** Bytes of the log's partition of a day, indexes included; 0 when there is none. */
  async bytesOfDay(daysAgo: number): Promise<number> {
    const { rows } = await this.#client.query<{ bytes: string }>(
      `select coalesce(sum(pg_total_relation_size(c.oid)), 0) as bytes from pg_class c
       where c.relname = 'deliveries_' || to_char(
         (clock_timestamp() at time zone 'UTC') - make_interval(days => $1), 'YYYYMMDD')`,
      [daysAgo],
    );
    return Number(rows[0]?.bytes);
  }

  /** Opens a transaction whose snapshot stays. @returns what ends it */
  async holdSnapshot(): Promise<() => Promise<void>> {
    const client = new pg.Client({ ...this.database, application_name: 'bench-holder' });
    await client.connect();
    await client.query('begin isolation level repeatable read');
    await client.query('select 1');
    return () => client.end();
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}
