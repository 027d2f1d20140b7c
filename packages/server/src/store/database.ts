import pg from 'pg';
import { findPooler } from './pooler.ts';

/**
 * The four doors to PostgreSQL. Apart, so that a slow page of the log never waits in front of a
 * heartbeat and a flood of publishes never waits behind a page.
 */
export interface Database {
  /** Reading and writing of nouns: API routes, sources, replays. */
  general: pg.Pool;
  /** Who calls: one tenant's slow pages must not keep the producers of all others out. */
  auth: pg.Pool;
  /** Publish, record, claim: few connections, always busy. */
  hot: pg.Pool;
  /** Heartbeat and fresh settings: never behind anything else. */
  control: pg.Pool;
  close(): Promise<void>;
}

/** Connection string or the fields of a private server. */
export type Connection = string | pg.ClientConfig;

/**
 * @param onError hears of connections that broke while idle; the next query opens a new one
 */
export function openDatabase(connection: Connection, onError: (error: Error) => void): Database {
  const base: pg.PoolConfig =
    typeof connection === 'string' ? { connectionString: connection } : { ...connection };
  const open = (max: number, name: string, query_timeout: number): pg.Pool => {
    const pool = new pg.Pool({
      ...base,
      max,
      application_name: `sydx-${name}`,
      connectionTimeoutMillis: 5_000,
      idleTimeoutMillis: 30_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      // A connection whose other end vanished says nothing for many minutes: give it up, and what ran on
      // it counts as unknown. The heartbeat's is short, so that a lease outlives one.
      query_timeout,
      // The pool waits for it, whatever its types say.
      onConnect: findPooler, // oxlint-disable-line typescript/no-misused-promises
    });
    pool.on('error', onError);
    return pool;
  };
  const pools = {
    general: open(8, 'general', 30_000),
    auth: open(2, 'auth', 4_000),
    hot: open(6, 'hot', 10_000),
    control: open(2, 'control', 4_000),
  };
  return {
    ...pools,
    close: async () => {
      await Promise.all(Object.values(pools).map((pool) => pool.end()));
    },
  };
}

// Class 08 connection, 57P0x shutting down or starting, 53 out of disk, memory or connections,
// 25006 a standby after a failover.
const AWAY = /^(08...|57P0[1-5]|53...|25006|58030)$/;
const AWAY_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);

/** Whether an error means that PostgreSQL is away, full or restarting, so the caller may try again. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as Error & { code?: unknown }).code;
  if (typeof code === 'string' && (AWAY.test(code) || AWAY_CODES.has(code))) return true;
  // pg gives these two no code.
  return /^(Connection terminated|Client was closed|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout)/.test(
    error.message,
  );
}

/** The SQLSTATE of an error, or null. */
export function sqlState(error: unknown): string | null {
  const code = error instanceof Error ? (error as Error & { code?: unknown }).code : undefined;
  return typeof code === 'string' && code.length === 5 ? code : null;
}
